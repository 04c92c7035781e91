"""The bar of unsaved changes: how many, the seats and the monthly total before and after, and what would follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from access.changes import change_preview, group_impact, save_bar_texts, staged_changes
from access.changes.change_preview import ChangePreview
from access.grants import consequence_texts
from access.grants.models import Draft
from billing.seats import after_joining
from billing.seats.after_joining import AfterJoining
from billing.seats.monthly_usage import Month
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

MANY = 20  # seats: who adds so many in one act looks at the changes first


@dataclass(frozen=True)
class Bar:
    """Sentences: when it counts, what it does to the seats and the month's peak (or nothing), what starts or stops (or
    nothing). `joining`: what the invited add to the total after it.
    """

    draft: Draft
    plan: ChangePreview
    takes_effect: str
    peak: str
    consequence: str
    joining: AfterJoining | None

    @property
    def number(self) -> int:
        return len(self.draft.changes)

    @property
    def reach(self) -> str:
        """Whom the team or department that is staged to Full access reaches, if it is exactly one."""
        group = group_impact.reach(self.plan)
        return save_bar_texts.reach(group) if group else ""

    @property
    def marks(self) -> dict[str, str]:
        """`+2 seats` of each staged team and department, by code."""
        return {code: save_bar_texts.seats(number) for code, number in group_impact.seat_changes(self.plan).items()}

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


def bar_of_draft(org: Organization, draft: Draft | None, month: Month | None, *, now: dt.datetime) -> Bar | None:
    """The bar of a draft; `month`: the one that is charged. None when nothing is staged, else three statements."""
    if draft is None:
        return None
    return bar_of_preview(org, draft, change_preview.preview(org, draft.changes, now=now), month, now=now)


def bar_of_preview(
    org: Organization, draft: Draft, plan: ChangePreview, month: Month | None, *, now: dt.datetime
) -> Bar:
    """The bar of a draft whose plan is known. One statement."""
    exchange = consequence_texts.Exchange.between(plan.people)
    peak = consequence_texts.peak(org, plan.seats_after, now, this=month, exchange=exchange)
    return Bar(
        draft,
        plan,
        takes_effect=consequence_texts.takes_effect(org, now),
        peak=peak,
        consequence=consequence_texts.consequence(org, plan.seats_after, now),
        joining=after_joining.total_with_invited(org, now, seats=plan.seats_after),
    )


def staged(request: CompanyRequest) -> Draft | None:
    """The draft of whoever asks. One statement."""
    return staged_changes.current(request.org, request.membership, now=request.now)
