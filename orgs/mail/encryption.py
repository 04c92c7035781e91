"""Text that must not lie open in the database: sealed with a key derived from SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"tracker.sealing:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str) -> bytes:
    return _box().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Raises `cryptography.fernet.InvalidToken` when neither the key nor a fallback opens it."""
    return _box().decrypt(bytes(sealed)).decode()
