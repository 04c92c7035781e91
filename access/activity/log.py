"""`Activity log`: the company's audit trail, the newest first, one kind or all, and as a CSV file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.activity import event_list, event_texts
from access.activity.event_list import Event
from orgs.audit.models import AuditEvent
from orgs.lists import csv_export, list_controls
from orgs.lists.list_controls import Tab
from orgs.lists.paging import Page, paginate
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

MOST = 10_000  # events in a file, the newest


@dataclass(frozen=True)
class Activity:
    """One page of events, and the tabs. `most`: how many a file holds, when there are more."""

    events: list[Event]
    page: Page
    tabs: list[Tab]
    kind: str
    most: str


def activity_page(request: CompanyRequest) -> Activity:
    """The page that the request's `kind` and cursor ask for; an unknown kind is all."""
    kind = kind_of(request.GET.get("kind", ""))
    page = paginate(_events(request.org, kind), request, keys=("-number",))
    labels = {"": _("All"), **event_texts.KINDS}
    tabs = list_controls.tabs(request.GET, "kind", labels, kind, None)  # counts would read the whole trail
    return Activity(
        event_list.describe(request.org, page.rows), page, tabs, kind, f"{MOST:,}" if is_cut(request.org, kind) else ""
    )


def is_cut(org: Organization, kind: str) -> bool:
    """Whether a file leaves older events of the kind out."""
    return bool(_events(org, kind).order_by("-number").values("number")[MOST : MOST + 1])


def kind_of(asked: str) -> str:
    """A kind of events, or "" for all."""
    return asked if asked in event_texts.KINDS else ""


def table(org: Organization, kind: str) -> str:
    """The newest events of a kind as CSV, `MOST` at most. Instants are UTC."""
    head = [_("Number"), _("Time (UTC)"), _("Who"), _("Kind"), _("What"), _("Event")]
    return csv_export.BOM + csv_export.table([head, *_lines(org, kind)])


def _lines(org: Organization, kind: str) -> Iterator[list[object]]:
    rows = list(_events(org, kind).order_by("-number")[:MOST])
    for row, event in zip(rows, event_list.describe(org, rows), strict=True):
        at = event.at.astimezone(dt.UTC).isoformat(timespec="seconds")
        label = str(event_texts.KINDS.get(event.kind, ""))
        yield [event.number, at, event.author or _("Tracker"), label, event.text, row.action]


def _events(org: Organization, kind: str) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(org=org).select_related("actor__user")
    return rows.filter(action__in=event_texts.actions(kind)) if kind else rows
