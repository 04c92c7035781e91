"""The icon sprite."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def sprite_url() -> str:
    """The address of the icon sprite, for rows that write their `<use>` themselves."""
    return static("icons/sprite.svg")


def icon(name: str, size: str = "") -> SafeString:
    """One icon of the sprite. It is decoration: the text beside it, or an `aria-label`, says what it means."""
    return _icon(sprite_url(), name, size)


@lru_cache(maxsize=1_000)  # a page draws a hundred, of a few dozen kinds
def _icon(sprite: str, name: str, size: str) -> SafeString:
    classes = f"icon icon--{size}" if size else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, sprite, name)
