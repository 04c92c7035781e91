"""What stands above `All users`: tabs and filter chips, each with the URL it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.people import user_list
from access.people.user_list import UserList
from orgs.people.select_options import Choices

CHIPS: Mapping[str, str | Promise] = {
    "department": _("Department"),
    "team": _("Team"),
    "active": _("Last active"),
    "by": _("Access set by"),
}


@dataclass(frozen=True)
class Tab:
    url: str
    label: str | Promise
    count: int
    current: bool


@dataclass(frozen=True)
class Chip:
    """A filter: what it is set to (nothing: empty), what may be chosen, and the URL without it."""

    name: str
    label: str | Promise
    value: str
    shown: str | Promise
    options: Sequence[tuple[str, str | Promise]]
    off_url: str


@dataclass(frozen=True)
class Sort:
    """A sortable column: where its heading leads, and how it is sorted now (`ascending`, `descending` or nothing)."""

    url: str
    now: str


def tabs(params: QueryDict, found: UserList) -> list[Tab]:
    """Switching the tab keeps the search and the filters; it shows how many there are without them."""
    return [
        Tab(link(params, tab=name), label, found.counts.numbers[name], found.filters.tab == name)
        for name, label in user_list.TABS.items()
    ]


def chips(params: QueryDict, found: UserList, choices: Choices) -> list[Chip]:
    """Department, team, last visit, and what gives access."""
    asked = found.filters
    shown = {
        "department": choices.department(asked.department),
        "team": choices.team(asked.team),
        "active": user_list.ACTIVE.get(asked.active, ""),
        "by": user_list.OWN_SETTING if asked.by == user_list.OWN else _name(asked.by, choices),
    }
    options: dict[str, Sequence[tuple[str, str | Promise]]] = {
        "department": choices.departments,
        "team": choices.teams,
        "active": list(user_list.ACTIVE.items()),
        "by": [(user_list.OWN, user_list.OWN_SETTING), *choices.teams, *choices.departments],
    }
    return [
        Chip(name, label, getattr(asked, name), shown[name] or "—", options[name], link(params, **{name: ""}))
        for name, label in CHIPS.items()
    ]


def _name(source: str, choices: Choices) -> str:
    return choices.team(source) or choices.department(source)


def sorts(params: QueryDict, found: UserList) -> dict[str, Sort]:
    """For each sortable column; a second click turns the order round. The newest visit comes first at first."""
    now = {name: "descending" if name.startswith("-") else "ascending" for name in user_list.SORTS}
    nexts = {"name": "-name" if found.sort == "name" else "name"}
    nexts["access"] = "-access" if found.sort == "access" else "access"
    nexts["active"] = "active" if found.sort == "-active" else "-active"
    return {
        column: Sort(link(params, sort=following), now[found.sort] if found.sort.lstrip("-") == column else "")
        for column, following in nexts.items()
    }


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
