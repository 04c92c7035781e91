"""An operator's act on a person: who has lost their second step and its recovery codes gets in by password alone again.

The operator has made sure by other means who asks. The person is told by mail, and all sessions end. The trail of each
company that the person is in has an event, for whoever may do less there from now on.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.mail import outbox, wording
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User
from users.login import mfa


def reset(*, user: User, operator: User, reason: str, now: dt.datetime) -> None:
    """Takes away every second step of a person. The caller is in the platform's scope. Raises Refused."""
    if user.pk == operator.pk:
        raise Refused(_("Another operator has to do this for you."))
    if not mfa.has_one(user.pk):
        raise Refused(_("This person has no second step."))
    for member in Membership.objects.present().filter(user=user).order_by("org_id"):  # locks, in their one order
        _record(member, operator, reason, now=now)
    mfa.take_away(user.pk)
    User.objects.end_sessions([user.pk])
    key = f"second-step-reset:{user.pk}:{int(now.timestamp())}"
    outbox.post(org=None, key=key, to=user.email, letter=_letter(user, now), now=now)


def _record(member: Membership, operator: User, reason: str, *, now: dt.datetime) -> None:
    data = {"operator": operator.pk, "reason": reason}
    with company_scope(member.org_id):
        org = Organization.objects.lock(member.org_id)
        audit.record(org, "operator.second_step", actor=None, now=now, target=member.public_id, data=data)


def _letter(user: User, now: dt.datetime) -> outbox.Letter:
    """In the person's time zone, and not in the operator's language."""
    zone = ZoneInfo(user.time_zone or "UTC")
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone):
        context = {"email": user.email, "at": wording.instant(now), "url": settings.ORIGIN + reverse("mfa_index")}
        return outbox.render("mail/orgs/people/second_step_reset", context)
