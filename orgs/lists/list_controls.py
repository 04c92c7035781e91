"""What stands above a list: tabs, filter chips and headings that sort, each with the URL it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Tab:
    url: str
    label: Text
    current: bool
    count: str | int | None


@dataclass(frozen=True)
class Chip:
    """A filter: what it is set to (nothing: empty), the URL without it, and what may be chosen: values or URLs."""

    name: str
    label: Text
    value: str
    shown: Text
    off_url: str
    options: Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Sort:
    """A sortable column: where its heading leads, and how it is sorted now (`ascending`, `descending` or nothing)."""

    url: str
    now: str


def tabs(
    params: QueryDict,
    name: str,
    labels: Mapping[str, Text],
    current: str,
    counts: Mapping[str, str | int] | None = None,
) -> list[Tab]:
    """A tab for each value of the parameter `name`; switching keeps the others."""
    return [
        Tab(link(params, **{name: value}), label, value == current, counts[value] if counts else None)
        for value, label in labels.items()
    ]


def sorts(params: QueryDict, firsts: Mapping[str, str], current: str) -> dict[str, Sort]:
    """For each column, sorted at first as `firsts` says (`-`: descending); a second click turns the order round."""
    now = "descending" if current.startswith("-") else "ascending"
    found = {}
    for column, first in firsts.items():
        order = opposite(first) if current == first else first
        found[column] = Sort(link(params, sort=order), now if current.removeprefix("-") == column else "")
    return found


def opposite(order: str) -> str:
    return order.removeprefix("-") if order.startswith("-") else f"-{order}"


def link(params: QueryDict, **changes: str) -> str:
    """The same list with some parameters changed, from its first page on."""
    query = params.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"?{query.urlencode()}"
