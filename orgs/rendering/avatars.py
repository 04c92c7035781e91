"""What stands for a person beside their name: initials on a hue."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

HUES = 9  # .avatar--hue-0 to .avatar--hue-8 in static/css/tokens.css


def initials(name: str) -> str:
    """The first letters of the first and the last word, at most two."""
    words = name.split() or ["?"]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def hue(name: str) -> int:
    """A number from 0 to 8 that stays the same for one name on every machine."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % HUES


@lru_cache(maxsize=5_000)  # people whose names are drawn again and again
def avatar(name: str, size: str = "") -> SafeString:
    """The initials of a person on a hue that belongs to the name. Decoration: the name stands beside it."""
    size_class = f" avatar--{size}" if size else ""
    return format_html(
        '<span class="avatar avatar--hue-{}{}" aria-hidden="true">{}</span>', hue(name), size_class, initials(name)
    )
