"""Random ids for URLs and slugs for companies."""

import re
import secrets
import unicodedata

ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no look-alikes: no i, l, o, u, 0, 1


def random_id() -> str:
    """Sixteen characters, 78 random bits: enough that nobody guesses one; it grants nothing by itself."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def slugify(name: str) -> str:
    """A company's name as an ASCII path segment of 2 to 40 characters; "company" when nothing Latin is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return slug if len(slug) > 1 else "company"
