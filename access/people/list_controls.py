"""What stands above `All users`: tabs, filter chips and the headings that sort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.people import user_list
from access.people.user_list import UserList
from orgs.lists import list_controls
from orgs.lists.list_controls import Chip, Sort, Tab, link
from orgs.people.select_options import Choices

CHIPS: Mapping[str, str | Promise] = {
    "department": _("Department"),
    "team": _("Team"),
    "active": _("Last active"),
    "by": _("Access set by"),
}


def tabs(params: QueryDict, found: UserList) -> list[Tab]:
    """Switching the tab keeps the search and the filters; it shows how many there are without them."""
    return list_controls.tabs(params, "tab", user_list.TABS, found.filters.tab, found.counts.numbers)


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
        Chip(name, label, getattr(asked, name), shown[name] or "—", link(params, **{name: ""}), options[name])
        for name, label in CHIPS.items()
    ]


def _name(source: str, choices: Choices) -> str:
    return choices.team(source) or choices.department(source)


def sorts(params: QueryDict, found: UserList) -> dict[str, Sort]:
    """The newest visit comes first at first."""
    return list_controls.sorts(params, {"name": "name", "access": "access", "active": "-active"}, found.sort)
