"""Tokens that let somebody in: 160 random bits in a link, a digest in the database (design rule 11)."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 20  # 160 bits


def new_token() -> str:
    """A new token; it goes into a link and is never stored as it is."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What is stored of a token: SHA-256, in hexadecimal. It needs no salt, because nobody can guess the token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
