"""Random ids for URLs."""

import secrets

ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no look-alikes: no i, l, o, u, 0, 1


def random_id() -> str:
    """Sixteen characters, 78 random bits: enough that nobody guesses one; it grants nothing by itself."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
