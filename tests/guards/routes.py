"""Every address of the product, with its mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from users import permissions
from users.permissions import Mark


@dataclass(frozen=True)
class Route:
    """One address: its name, how it looks, the arguments it takes, its mark."""

    name: str
    path: str
    arguments: tuple[str, ...]
    door: Mark

    @property
    def methods(self) -> list[str]:
        """The methods of its mark that differ: HEAD is a GET whose body is not sent."""
        return sorted(self.door.methods - {"HEAD"})

    @property
    def names_an_object(self) -> bool:
        return bool(set(self.arguments) - {"org"})


def routes(resolver: URLResolver | None = None, prefix: str = "", namespace: str = "") -> Iterator[Route]:
    """Every route of the product, in its order."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, path, inner)
        elif isinstance(entry, URLPattern):
            door = permissions.mark_of(entry.callback)
            assert door, f"/{path} has no mark"
            shown = f"/{readable(path)}"
            yield Route(
                f"{namespace}{entry.name}" if entry.name else shown, shown, tuple(re.findall(r"<(\w+)>", shown)), door
            )


def readable(path: str) -> str:
    """`o/<slug:org>/` → `o/<org>/`, and the same for regular expressions."""
    return re.sub(r"[\^$]", "", re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", re.sub(r"<\w+:", "<", path)))


def company_routes() -> list[Route]:
    return [route for route in routes() if route.door.in_company]


def public_routes() -> list[Route]:
    return [route for route in routes() if not route.door.in_company]
