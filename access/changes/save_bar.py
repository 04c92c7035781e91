"""The bar of unsaved changes: how many, the seats and the monthly total before and after, and what would follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from access.changes import change_preview, staged_changes
from access.changes import group_impact as reach
from access.changes.change_preview import Plan
from access.grants import consequences
from access.grants.models import Draft
from access.pages import page_counts
from orgs.tenancy.membership_models import Level

MANY = 20  # seats: who adds so many in one act looks at the changes first


@dataclass(frozen=True)
class Bar:
    """Sentences: when it counts, what it does to the seats and the month's peak (or nothing), what starts or stops (or
    nothing).
    """

    draft: Draft
    plan: Plan
    takes_effect: str
    peak: str
    consequence: str

    @property
    def number(self) -> int:
        return len(self.draft.changes)

    @property
    def reach(self) -> str:
        """Whom the team or department that is staged to Full access reaches, if it is exactly one."""
        return reach.sentence(self.plan)

    @property
    def marks(self) -> dict[str, str]:
        """What each staged team and department does, by code."""
        return reach.marks(self.plan)

    @property
    def asks_twice(self) -> bool:
        """Full access for the company, a large raise, one that stops Tracker, or a conflict, is saved on the page that
        shows all of it.
        """
        plan = self.plan
        stops = plan.seats_after < plan.seats_before and bool(self.consequence)
        large = plan.seats_after >= plan.seats_before + MANY
        everybody = any(line.target.is_company and line.level == Level.FULL for line in plan.lines)
        return stops or large or everybody or bool(plan.conflicts) or bool(plan.gone)


def of(request: Any) -> Bar | None:
    """The bar of whoever asks, built once a request; None when nothing is staged.

    One statement, and three more when something is; two after `frame.counts`, which reads the month.
    """
    if not hasattr(request, "staged_bar"):
        draft = staged(request)
        request.staged_bar = build(request, draft) if draft else None
    found: Bar | None = request.staged_bar
    return found


def marks(request: Any) -> dict[str, str]:
    """What each team and department that whoever asks has staged does, by code."""
    found = of(request)
    return found.marks if found else {}


def build(request: Any, draft: Draft, plan: Plan | None = None) -> Bar:
    org, now = request.org, request.now
    plan = plan or change_preview.build(org, draft.changes, now=now)
    exchange, this = consequences.Exchange.of(plan.people), page_counts.month_of(request)
    peak = consequences.peak(org, plan.seats_after, now, this=this, exchange=exchange)
    return Bar(
        draft, plan, consequences.takes_effect(org, now), peak, consequences.consequence(org, plan.seats_after, now)
    )


def staged(request: Any) -> Draft | None:
    """The draft of whoever asks, read once a request."""
    if not hasattr(request, "staged_draft"):
        request.staged_draft = staged_changes.current(request.org, request.membership, now=request.now)
    found: Draft | None = request.staged_draft
    return found
