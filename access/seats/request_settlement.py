"""Access requests: who waits for full access, because they asked or because they joined without a seat to be added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from access.grants.effective_access import Standing
from access.grants.request_models import AccessRequest, Origin, RequestState
from access.seats import request_emails
from orgs.mail import outbox
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


def settle(
    org: Organization,
    people: Sequence[Standing],
    *,
    gained: Sequence[Standing],
    held: Sequence[Standing],
    actor: Membership | None,
    now: dt.datetime,
) -> None:
    """After an act: those who gained full access got their answer, those held wait, those it left wait no more."""
    waiting = AccessRequest.objects.filter(org=org, state=RequestState.OPEN)
    if answered := [person.pk for person in gained if person.waits]:
        rows = waiting.filter(member__in=answered).select_related("member__user")
        _grant(org, list(rows), actor=actor, now=now)
    if left := [person.pk for person in people if person.waits and not person.sources]:
        waiting.filter(origin=Origin.JOINED, member__in=left).update(state=RequestState.WITHDRAWN, answered_at=now)
    if held:
        asked = [AccessRequest(org=org, member_id=person.pk, origin=Origin.JOINED, made_at=now) for person in held]
        AccessRequest.objects.bulk_create(asked, ignore_conflicts=True)


def _grant(org: Organization, rows: Sequence[AccessRequest], *, actor: Membership | None, now: dt.datetime) -> None:
    """The answer is yes; each hears it by mail."""
    ids = [row.pk for row in rows]
    AccessRequest.objects.filter(org=org, pk__in=ids).update(
        state=RequestState.GRANTED, answered_by=actor, answered_at=now
    )
    letter = request_emails.given(org, actor, now)
    outbox.post_all(
        [
            outbox.new_mail(org=org, key=f"access-given:{row.pk}", to=row.member.user.email, letter=letter, now=now)
            for row in rows
        ]
    )


def forget(org: Organization, members: Sequence[int], *, now: dt.datetime) -> None:
    """People who left wait no more (membership ids)."""
    rows = AccessRequest.objects.filter(org=org, state=RequestState.OPEN, member__in=members)
    rows.update(state=RequestState.WITHDRAWN, answered_at=now)
