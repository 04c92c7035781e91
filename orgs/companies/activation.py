"""`Activate`, and who did it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from orgs.audit.models import AuditEvent
from orgs.lifecycle import emails as letters
from orgs.lifecycle import rules as lifecycle
from orgs.mail import outbox
from orgs.people import recipients
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope


@transaction.atomic
def activate(*, org: Organization, actor: Membership, now: dt.datetime) -> Organization:
    """Switches Tracker on; when the trial begins with it, the administrators get its dates by mail. Raises Refused."""
    with company_scope(org.pk):
        activated = lifecycle.activate(org=org, actor=actor, now=now)
        if activated.activated_at == now:
            _tell(activated, ends_at=now + lifecycle.TRIAL, now=now)
    return activated


def _tell(org: Organization, *, ends_at: dt.datetime, now: dt.datetime) -> None:
    letter = letters.trial_started(org, ends_at=ends_at)
    people = recipients.administrators(org).values_list("pk", "user__email")
    outbox.post_all(
        [outbox.new_mail(org=org, key=f"trial:{org.pk}:{pk}", to=email, letter=letter, now=now) for pk, email in people]
    )


def activated_by(org: Organization) -> Membership | None:
    """The administrator whose `Activate` began the trial; None before it."""
    events = AuditEvent.objects.filter(org=org, action="tracker.activate").select_related("actor__user")
    first = events.order_by("number").first()  # it is among the first events of every company
    return first.actor if first else None
