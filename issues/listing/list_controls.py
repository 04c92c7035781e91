"""What stands above a list of issues: its heading, its tabs and filter chips."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issues.catalogue import catalogue
from issues.listing.filters import Filters
from issues.listing.issue_list import IssueListPage
from orgs.lists import list_controls
from orgs.lists.list_controls import Chip, Tab, link

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


def heading(page: IssueListPage) -> str:
    if page.queue:
        return str(page.queue["name"])
    return {"mine": _("My issues"), "following": _("Following")}.get(page.filters.tab, _("All issues"))


def tabs(params: QueryDict, page: IssueListPage) -> list[Tab]:
    """Switching the tab keeps the search and the filters."""
    return list_controls.tabs(params, "tab", NAMES, page.filters.tab, page.counts)


def chips(params: QueryDict, asked: Filters) -> list[Chip]:
    """The filters that can be set with a click, each choice with its URL; the others are typed into their field."""
    found = []
    for name, label in CHIPS.items():
        value, words = getattr(asked, name), VALUES.get(name, ())
        options = [(link(params, **{name: word.key}), word.name) for word in words]
        found.append(Chip(name, label, value, catalogue.name(words, value), link(params, **{name: ""}), options))
    return found
