"""Addresses of pages, remembered by their arguments: a list asks for hundreds."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import reverse


def page_address(view: str, *args: str | int, **values: str | int) -> str:
    """What `reverse` gives. Raises NoReverseMatch."""
    return _kept(settings.ROOT_URLCONF, view, args, tuple(values.items()))


@lru_cache(maxsize=10_000)
def _kept(urlconf: str, view: str, args: tuple[str | int, ...], values: tuple[tuple[str, str | int], ...]) -> str:
    return reverse(view, urlconf, args, dict(values))
