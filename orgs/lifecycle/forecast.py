"""What a round of the sweep would do at an instant, when each thing fell due, and why. It changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from orgs.lifecycle import data_deletion, notices
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope


def lines(at: dt.datetime) -> Iterator[str]:
    """A sentence for each thing that would happen at `at` if nobody did anything before."""
    due = Organization.objects.due_to_move(at) | Organization.objects.due_for_notice(at)
    stopped = Q(state__in=[State.READ_ONLY, State.DEACTIVATED], retention_ends_at__lte=at)
    closing = Q(closed_at=None, closing_at__lte=at)
    for org in (due | Organization.objects.filter(stopped | closing)).order_by("pk").iterator():
        with company_scope(org.pk, read_only=True):
            yield from (f"{org.slug}: {line}" for line in _of_company(org, at))
    with platform_scope(read_only=True):
        if data_deletion.is_braked(at):
            yield "deletions: the brake is on, or twenty were claimed within the hour before"


def _of_company(org: Organization, at: dt.datetime) -> Iterator[str]:
    if org.closing_at and org.closed_at is None and at >= org.closing_at:
        yield f"closing due since {_instant(org.closing_at)}: {_closing(org)}"
    to = lifecycle.state_at(org, at)
    if to != org.state:
        yield f"{org.state} -> {to} as of {_instant(moved_at(org, to, at))}, because {reason(org, to, at)}"
        stopped = lifecycle.stopped_at(org, at)
        org.state, org.retention_ends_at = to, stopped + lifecycle.RETENTION if stopped else None
    untold = list(notices.untold([org], at))
    for notice in untold:
        if notice not in notices.posted(untold):
            yield f"notice {notice.kind}, {notice.days} days before {_instant(notice.deadline)}"
    if org.retention_ends_at and at >= org.retention_ends_at:
        yield f"deletion due since {_instant(org.retention_ends_at)}: {_deletion(org, at)}"


def moved_at(org: Organization, to: State, at: dt.datetime) -> dt.datetime | None:
    """The instant as of which the state counts."""
    return lifecycle.stopped_at(org, at) if to == State.READ_ONLY else org.trial_ends_at


def reason(org: Organization, to: State, at: dt.datetime) -> str:
    """Why the company's Tracker is in this state."""
    if to == State.ACTIVE:
        return f"{org.full_seats} people have full access"
    return {
        "debt": "a debt is due",
        "nobody": "nobody has full access",
        "payer": "no payer details are saved",
    }[lifecycle.subscription_blocker(org, at)]


def _deletion(org: Organization, at: dt.datetime) -> str:
    return {
        "held": "waits, an operator holds it",
        "off": "waits, an operator has switched deletions off",
        "unwarned": "waits, no warning was accepted 72 hours before",
        "turn": "would be claimed",
    }[data_deletion.wait_reason(org, at)]


def _closing(org: Organization) -> str:
    if org.deletion_held_at:
        return "waits, an operator holds it"
    return "waits, an operator has switched deletions off" if data_deletion.is_off() else "would be closed"


def _instant(at: dt.datetime | None) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else "-"
