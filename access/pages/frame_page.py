"""What stands around the content of a page of `User access management`: the panel's numbers, the cost, what is staged,
what was saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from access.changes import save as grants
from access.changes import save_bar
from access.changes.save_bar import Bar
from access.grants import access_column, consequence_texts
from access.grants.models import SavedAct
from access.pages import page_counts
from access.pages.page_counts import Counts
from access.seats import costs
from billing.seats import after_joining, seat_summary
from orgs.people.models import Department, Team
from orgs.tenancy.request import CompanyRequest

SECTIONS = {"users", "departments", "teams", "requests"}  # whose pages have the bar of unsaved changes
IDLE = {"tab": "full", "active": "idle"}  # parameters of the list of those whom `page_counts.idle` counts


@dataclass(frozen=True)
class Saved:
    """The act that the URL names; `can_undo`: for 30 minutes."""

    act: SavedAct
    takes_effect: str
    can_undo: bool


def frame(request: CompanyRequest, section: str) -> dict[str, Any]:
    """The context of a page that counts and stages nothing itself; `section` is its place in the panel."""
    counts = page_counts.counts(request)
    bar = None
    if section in SECTIONS:
        bar = save_bar.bar_of_draft(request.org, save_bar.staged(request), counts.month, now=request.now)
    return around(request, section, counts, bar)


def around(request: CompanyRequest, section: str, counts: Counts, bar: Bar | None) -> dict[str, Any]:
    """The same for a page that has read its numbers and its bar."""
    org, now = request.org, request.now
    return {
        "counts": counts.numbers,
        "corner": counts.corner,
        "section": section,
        "bar": bar,
        "saved": saved_act(request),
        "idle": _idle(request, counts),
        "after_join": after_joining.total_with_number(org, counts.numbers["invited_full"], now=now),
        "levels_note": consequence_texts.note(org, now),
        "cost_of_one": costs.cost_of(org, 1, now=now),
    }


def frame_of_groups(request: CompanyRequest, kind: str, rows: Iterable[Team | Department]) -> dict[str, Any]:
    """The same for a list of teams or departments (`kind`), each of which gets its `cell`."""
    draft = save_bar.staged(request)
    counts = page_counts.counts(request, staged=draft)
    bar = save_bar.bar_of_draft(request.org, draft, counts.month, now=request.now)
    access_column.fill_groups(request.org, kind, rows, draft, bar.marks if bar else {})
    return around(request, f"{kind}s", counts, bar)


def saved_act(request: CompanyRequest) -> Saved | None:
    """What the act that the URL names has saved; None, and no statement, without one."""
    name = request.GET.get("saved", "")
    act = SavedAct.objects.filter(org=request.org, public_id=name).first() if name.isalnum() else None
    if act is None:
        return None
    can_undo = not act.undone_at and request.now < act.at + grants.UNDONE_WITHIN
    return Saved(act, consequence_texts.takes_effect(request.org, request.now), can_undo)


def _idle(request: CompanyRequest, counts: Counts) -> seat_summary.Idle | None:
    """Those who have full access and do not use it, what they cost, where they are listed, and, where `Read only` is
    not staged yet for all of them, the fields that mean them (`access/people/selection.py`).
    """
    url = f"{reverse('access:user_list', args=[request.org.slug])}?{urlencode(IDLE)}"
    fields = [("all", "1"), *IDLE.items()] if counts.numbers["idle_to_stage"] else []
    return seat_summary.idle(request.org, request.now, people=counts.numbers["idle"], url=url, fields=fields)
