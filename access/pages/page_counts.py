"""What every page of `User access management` shows beside its content: how many there are of what, and the cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from access.grants import access_column
from access.grants.models import Draft
from access.grants.request_models import AccessRequest, RequestState
from billing.seats import after_joining, seat_summary
from billing.seats.monthly_usage import Month
from billing.seats.seat_summary import SeatSummary
from orgs.lists.numbers import Numbers
from orgs.people.joining_models import Invitation
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

IDLE = dt.timedelta(days=30)


@dataclass(frozen=True)
class Counts:
    """`numbers` by name; `month`: the one that is charged, None where none is."""

    numbers: dict[str, int]
    month: Month | None
    corner: SeatSummary


def rows(org: Any, now: Any) -> dict[str, QuerySet[Any]]:
    """What is counted for every page, by name."""
    return {
        "people": Membership.objects.present().filter(org=org),
        "accounts": Membership.objects.current().filter(org=org),
        "departments": Department.objects.filter(org=org, parent__isnull=False),
        "teams": Team.objects.filter(org=org),
        "invitations": Invitation.objects.open().filter(org=org),
        "invited_full": after_joining.invited(org, now),
        "requests": AccessRequest.objects.filter(org=org, state=RequestState.OPEN),
        "idle": idle(org, now),
        "idle_to_stage": _idle_given(org, now),
    }


NUMBERS = Numbers(rows)


def counts(request: CompanyRequest, *, staged: Draft | None = None, asked: Numbers = NUMBERS) -> Counts:
    """Numbers of people and of accounts, departments (the company itself is none), teams, open invitations and access
    requests, and of those who do not use their full access: one statement. Three more read the month, where one is
    charged; one more what `staged` holds, the draft of whoever looks. `asked`: more than `rows`, where a page has more.
    """
    org, now = request.org, request.now
    numbers = asked.read(org, now)
    numbers["idle_to_stage"] -= _idle_staged(org, now, staged)
    month = seat_summary.month_of(org, now)
    return Counts(numbers, month, seat_summary.summary(org, now, month))


def idle(org: Organization, now: dt.datetime) -> MembershipQuerySet:
    """Full access, and not active for 30 days."""
    rows: MembershipQuerySet = Membership.objects.filter(is_idle(now), org=org)
    return rows


def is_idle(now: dt.datetime) -> Q:
    """The same as a condition on people."""
    return is_unseen(now) & Q(level=Level.FULL, ended_at=None, blocked_at=None)


def is_unseen(now: dt.datetime) -> Q:
    """Not active for 30 days; whoever never was: not for 30 days since they joined."""
    return Q(last_active_at__lt=now - IDLE) | Q(last_active_at=None, joined_at__lt=now - IDLE)


def idle_to_stage(org: Organization, now: dt.datetime, staged: Draft | None) -> MembershipQuerySet:
    """Those of them to whom it was given in person, and for whom `Read only` is not staged yet."""
    return _idle_given(org, now).exclude(public_id__in=_to_read_only(staged))


def _idle_given(org: Organization, now: dt.datetime) -> MembershipQuerySet:
    return idle(org, now).filter(access_column.given("member"))


def _idle_staged(org: Organization, now: dt.datetime, staged: Draft | None) -> int:
    """How many of them `Read only` is staged for; no statement where it is for nobody."""
    done = _to_read_only(staged)
    return _idle_given(org, now).filter(public_id__in=done).count() if done else 0


def _to_read_only(staged: Draft | None) -> list[str]:
    """Public ids of whom `Read only` is staged for."""
    changes = staged.changes if staged else {}
    return [name.partition(":")[2] for name, change in changes.items() if change["level"] == Level.READ_ONLY]
