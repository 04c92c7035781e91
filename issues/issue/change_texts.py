"""Turns entries of the changelog into words. Names of people are looked up by the caller, in one query for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issues.catalogue import catalogue
from issues.issue.change_models import ChangeKind

LABELS: dict[str, str | Promise] = {
    "type": gettext_lazy("Type"),
    "summary": gettext_lazy("Summary"),
    "description": gettext_lazy("Description"),
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "resolution": gettext_lazy("Resolution"),
    "assignee": gettext_lazy("Assignee"),
    "due_on": gettext_lazy("Due"),
    "tags": gettext_lazy("Tags"),
}
# The same inside a sentence: "changed status from Open to Closed".
NOUNS: dict[str, str | Promise] = {
    "type": gettext_lazy("type"),
    "summary": gettext_lazy("summary"),
    "status": gettext_lazy("status"),
    "priority": gettext_lazy("priority"),
    "resolution": gettext_lazy("resolution"),
    "assignee": gettext_lazy("assignee"),
    "due_on": gettext_lazy("due date"),
    "tags": gettext_lazy("tags"),
}
ENTRIES: dict[str, tuple[catalogue.Entry, ...]] = {
    "type": catalogue.TYPES,
    "status": catalogue.STATUSES,
    "priority": catalogue.PRIORITIES,
    "resolution": catalogue.RESOLUTIONS,
}

Names = Mapping[int, str]


@dataclass(frozen=True)
class Line:
    """A changed field for a mail or a list; texts of a description are not repeated."""

    label: str
    former: str
    current: str


def people(fields: Iterable[Mapping[str, Any]]) -> set[int]:
    """Ids of the memberships that these entries name."""
    values = {entry[side] for entry in fields if entry["field"] == "assignee" for side in ("from", "to")}
    return values - {None}


def lines(fields: Iterable[Mapping[str, Any]], names: Names) -> list[Line]:
    return [_line(entry, names) for entry in fields]


def act(kind: str, fields: Iterable[Mapping[str, Any]], names: Names) -> SafeString | str:
    """What was done, to stand after the name of who did it: "changed status from Open to <b>Closed</b>"."""
    if kind == ChangeKind.CREATED:
        return _("created the issue")
    return format_html_join(", ", "{}", ((_phrase(entry, names),) for entry in fields))


def word(field: str, value: Any, names: Names) -> str:
    """A value of a field as a person reads it; empty for none."""
    if value in (None, "", []):
        return ""
    if field in ENTRIES:
        return catalogue.name(ENTRIES[field], value)
    if field == "assignee":
        return names.get(value, _("somebody who left"))
    if field == "due_on":
        return date_format(dt.date.fromisoformat(value), "j M Y")
    return ", ".join(value) if field == "tags" else str(value)


def _line(entry: Mapping[str, Any], names: Names) -> Line:
    field = entry["field"]
    former, current = (word(field, entry[side], names) for side in ("from", "to"))
    return Line(str(LABELS.get(field, field)), former, current)


def _phrase(entry: Mapping[str, Any], names: Names) -> SafeString:
    field = entry["field"]
    if field == "description":
        return format_html("{}", _("changed the description"))
    former, current = (word(field, entry[side], names) for side in ("from", "to"))
    if not current:
        pattern = _("removed {field} {former}")
    elif not former:
        pattern = _("set {field} to {current}")
    else:
        pattern = _("changed {field} from {former} to {current}")
    bold = format_html("<b>{}</b>", current)
    return format_html(pattern, field=NOUNS.get(field, field), former=former, current=bold)
