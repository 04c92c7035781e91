"""Notices to all administrators before a deadline, each once, and none that is no longer true (product.md §2).

A notice is posted once per company, kind, deadline and number of days; a late round posts only the most urgent one.
What its mails say is composed when they are sent: the drainer asks `refresh`, so a mail that has waited tells the days
that are left then, and one whose deadline has moved, passed or been settled is not sent at all. A posted notice of
which no mail server has accepted a mail is looked at again each round, so that an address that is new since gets one.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Min

from orgs.lifecycle import emails as letters
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Notice, NoticeKind
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people.recipients import administrators
from orgs.tenancy.organization_models import STOPPED, Organization, State
from orgs.tenancy.scopes import company_scope

logger = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)
DAYS_BEFORE = {NoticeKind.TRIAL_END: (7, 3, 1), NoticeKind.DEBT: (14, 7, 1), NoticeKind.DELETION: (14, 7, 1)}
OVERDUE = 0  # days of the warning that is given when the deadline passed without one
WARNED_BEFORE = dt.timedelta(hours=72)


@dataclass(frozen=True)
class Due:
    """A notice that is due: the most urgent one of its deadline."""

    org_id: int
    kind: NoticeKind
    deadline: dt.datetime
    days: int


def due(org: Organization, now: dt.datetime) -> Iterator[Due]:
    """What the administrators should have been told by `now` about deadlines that still stand."""
    for kind, deadline in deadlines(org, now):
        reached = [days for days in DAYS_BEFORE[kind] if now >= deadline - days * DAY]
        if now >= deadline:
            reached = [OVERDUE] if kind == NoticeKind.DELETION else []
        if reached:
            yield Due(org.pk, kind, deadline, min(reached))


def deadlines(org: Organization, now: dt.datetime) -> Iterator[tuple[NoticeKind, dt.datetime]]:
    """The deadlines ahead of a company, and its deletion's even when that is past; none of a deletion that is held.

    In a trial there may be two: its end, and a debt that ends after it what was paid for.
    """
    state = lifecycle.state_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        yield NoticeKind.TRIAL_END, org.trial_ends_at
    if org.debt_due_at and (state == State.ACTIVE or (state == State.TRIAL and _ends_subscription(org))):
        yield NoticeKind.DEBT, org.debt_due_at
    if state in STOPPED and org.retention_ends_at and org.deletion_held_at is None:
        yield NoticeKind.DELETION, org.retention_ends_at


def _ends_subscription(org: Organization) -> bool:
    """Whether a debt comes due after the trial, and makes Read only what is ACTIVE by then."""
    after = bool(org.trial_ends_at and org.debt_due_at and org.debt_due_at > org.trial_ends_at)
    return after and lifecycle.has_paid_seats(org)


# --- Posting -------------------------------------------------------------------------------------------
def post_due(org_id: int, *, now: dt.datetime) -> int:
    """Posts what is due for one company, in one transaction under its lock; returns how many notices were new."""
    with company_scope(org_id):
        org = Organization.objects.lock(org_id)
        lifecycle.reconcile_state(org, now=now)
        return sum(_post(org, notice, now=now) for notice in untold([org], now))


def _post(org: Organization, notice: Due, *, now: dt.datetime) -> bool:
    """Writes the notice, unless that was done, and a mail to every administrator's address that has none of it."""
    what = {"kind": notice.kind, "deadline": notice.deadline, "days": notice.days}
    row, is_new = Notice.objects.get_or_create(org=org, **what, defaults={"posted_at": now})
    people = administrators(org).values_list("pk", "user__email")
    keys = {row.mail_key(member_id, email): email for member_id, email in people}
    for key in Mail.objects.filter(org=org, key__in=keys).values_list("key", flat=True):
        del keys[key]
    if keys:
        letter = compose(org, notice, now=now)
        mails = [outbox.new_mail(org=org, key=key, to=to, letter=letter, now=now) for key, to in keys.items()]
        outbox.post_all(mails)
    return bool(is_new)


def untold(orgs: Iterable[Organization], now: dt.datetime) -> Iterator[Due]:
    """What is due for companies and was not told: no mail server has accepted that notice or a more urgent one.

    A warning past its time is due only while no warning was accepted at all.
    """
    orgs = list(orgs)
    accepted: dict[tuple[int, str, dt.datetime], list[int]] = defaultdict(list)
    told = Notice.objects.filter(org__in=orgs, accepted_at__isnull=False)
    for org_id, kind, deadline, days in told.values_list("org_id", "kind", "deadline", "days"):
        accepted[org_id, kind, deadline].append(days)
    for org in orgs:
        for notice in due(org, now):
            days_told = accepted[org.pk, notice.kind, notice.deadline]
            if not (days_told and (notice.days == OVERDUE or min(days_told) <= notice.days)):
                yield notice


def posted(due: list[Due]) -> set[Due]:
    """Which of them are written. The caller is in a scope that sees their companies."""
    rows = Notice.objects.filter(org__in={notice.org_id for notice in due}, deadline__in={row.deadline for row in due})
    columns = rows.values_list("org_id", "kind", "deadline", "days")
    return {Due(org_id, NoticeKind(kind), deadline, days) for org_id, kind, deadline, days in columns}


# --- Sending -------------------------------------------------------------------------------------------
def compose(org: Organization, notice: Due, *, now: dt.datetime) -> outbox.Letter:
    """What the notice says at `now`."""
    if notice.kind == NoticeKind.TRIAL_END:
        return letters.trial_end(org, deadline=notice.deadline, now=now)
    if notice.kind == NoticeKind.DEBT:
        return letters.debt(org, deadline=notice.deadline, now=now)
    return letters.deletion(org, deletable_at=deletable_at(org, notice.deadline, now), now=now)


def refresh(mail: Mail, *, now: dt.datetime) -> bool:
    """Puts into a waiting mail what is true at `now`; False, and the mail is gone, when none of it is any more.

    A mail of no notice is left as it is.
    """
    if mail.org_id is None or not mail.key.startswith(Notice.MAIL_KEY):
        return True
    notice_id, member_id = parse_key(mail.key)
    with company_scope(mail.org_id):
        org = Organization.objects.get(pk=mail.org_id)
        notice = next((notice for notice in due(org, now) if _is_row(notice, notice_id)), None)
        if notice is None or not administrators(org).filter(pk=member_id, user__email=mail.to).exists():
            Mail.objects.filter(pk=mail.pk, sent_at=None).delete()
            logger.info("Mail %s is no longer true and was withdrawn.", mail.key)
            return False
        outbox.rewrite(mail, compose(org, notice, now=now), now=now)
    return True


def _is_row(notice: Due, notice_id: int) -> bool:
    row = Notice.objects.filter(pk=notice_id, kind=notice.kind, deadline=notice.deadline, days=notice.days)
    return row.exists()


def parse_key(key: str) -> tuple[int, int]:
    """(notice, membership) of a mail's key, which `Notice.mail_key` made."""
    _, notice_id, member_id, _ = key.split(":")
    return int(notice_id), int(member_id)


def note_accepted(mail: Mail, *, now: dt.datetime) -> None:
    """Writes down that a mail server took a notice; `now` is the database's. The caller is in the platform's scope."""
    if mail.org_id is not None and mail.key.startswith(Notice.MAIL_KEY):
        notice_id, _ = parse_key(mail.key)
        Notice.objects.filter(pk=notice_id, accepted_at=None).update(accepted_at=now)


# --- Warnings of a deletion ----------------------------------------------------------------------------
def accepted_at(org: Organization, deadline: dt.datetime) -> dt.datetime | None:
    """When a mail server first accepted a warning of the deletion at `deadline`; None when none was accepted."""
    warnings = Notice.objects.filter(org=org, kind=NoticeKind.DELETION, deadline=deadline)
    first: dt.datetime | None = warnings.aggregate(first=Min("accepted_at"))["first"]
    return first


def is_warned(org: Organization, now: dt.datetime) -> bool:
    """Whether a warning of the deletion that stands was accepted at least 72 h ago."""
    if org.retention_ends_at is None:
        return False
    accepted = accepted_at(org, org.retention_ends_at)
    return accepted is not None and now - accepted >= WARNED_BEFORE


def deletable_at(org: Organization, deadline: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The earliest instant of the deletion: its deadline, and 72 h after a warning that is accepted by now."""
    return max(deadline, (accepted_at(org, deadline) or now) + WARNED_BEFORE)
