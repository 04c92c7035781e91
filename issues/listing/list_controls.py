"""What stands above a list: its heading, its tabs and filter chips, each with the URL it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issues.catalogue import catalogue
from issues.listing.filters import Filters
from issues.listing.issue_list import IssueListPage

NAMES: Mapping[str, str | Promise] = {
    "unresolved": gettext_lazy("Unresolved"),
    "mine": gettext_lazy("Mine"),
    "closed": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}
CHIPS: Mapping[str, str | Promise] = {
    "status": gettext_lazy("Status"),
    "assignee": gettext_lazy("Assignee"),
    "priority": gettext_lazy("Priority"),
    "tag": gettext_lazy("Tag"),
}
# What a filter may be set to with a click; tags, and people by name, are typed.
VALUES: Mapping[str, tuple[catalogue.Entry, ...]] = {
    "status": catalogue.STATUSES,
    "priority": catalogue.PRIORITIES[::-1],
    "assignee": (
        catalogue.Entry("me", gettext_lazy("Me")),
        catalogue.Entry("nobody", gettext_lazy("Nobody")),
    ),
}


@dataclass(frozen=True)
class Tab:
    url: str
    label: str | Promise
    count: str
    current: bool


@dataclass(frozen=True)
class Option:
    """A value that a filter may be set to."""

    url: str
    label: str | Promise


@dataclass(frozen=True)
class Chip:
    """A filter: what it is set to (nothing: empty), the values that may be chosen, and the URL without it."""

    name: str
    label: str | Promise
    value: str
    shown: str
    options: list[Option]
    off_url: str


def heading(page: IssueListPage) -> str:
    if page.queue:
        return str(page.queue["name"])
    return {"mine": _("My issues"), "following": _("Following")}.get(page.filters.tab, _("All issues"))


def tabs(params: QueryDict, page: IssueListPage) -> list[Tab]:
    """Switching the tab keeps the search and the filters."""
    return [
        Tab(link(params, tab=name), label, page.counts[name], page.filters.tab == name) for name, label in NAMES.items()
    ]


def chips(params: QueryDict, asked: Filters) -> list[Chip]:
    """The filters that can be set with a click, the others are typed into their field."""
    found = []
    for name, label in CHIPS.items():
        value, words = getattr(asked, name), VALUES.get(name, ())
        options = [Option(link(params, **{name: word.key}), word.name) for word in words]
        found.append(Chip(name, label, value, catalogue.name(words, value), options, link(params, **{name: ""})))
    return found


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
