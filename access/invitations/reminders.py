"""The one reminder of an invitation, three days before it ends (product.md §3).

It goes to whoever could take the invitation at that moment: not for one that was accepted, revoked or sent again, nor
when the inviter may no longer invite, the company is full or the person is here already.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import ngettext

from access.invitations import mail_limits, token_status
from access.invitations.emails import all_write_until
from access.invitations.invitations import REMINDER, already_here
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.mail.wording import days_left
from orgs.people.joining_models import Invitation, JoinToken, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

AT_ONCE = 500  # invitations of one round; the next round takes the rest
IN_SUBJECT = 24  # characters of a company's name


def due(now: dt.datetime) -> list[tuple[int, int]]:
    """(invitation, company) of some of those to remind of; `remind` decides for each.

    In no order: those that wait for tomorrow, because the company has sent its mails of today, hold up nobody else.
    """
    with platform_scope(read_only=True):
        due = Invitation.objects.to_remind(now).order_by("?")
        return list(due.values_list("pk", "org_id")[:AT_ONCE])


@transaction.atomic
def remind(invitation_id: int, *, org_id: int, now: dt.datetime) -> bool:
    """Reminds of one invitation if that is due at `now`, once; returns whether it did."""
    with company_scope(org_id):
        org = Organization.objects.lock(org_id)
        due = Invitation.objects.to_remind(now).filter(org=org, pk=invitation_id)
        invitation = due.select_related("invited_by__user").first()
        if invitation is None or not _can_be_taken(org, invitation, now) or not _may_be_mailed(org, invitation, now):
            return False
        token = tokens.new_token()
        invitation.reminded_at, invitation.reminder_digest = now, tokens.digest(token)
        invitation.save(update_fields=["reminded_at", "reminder_digest"])
        JoinToken.objects.create(digest=invitation.reminder_digest, purpose=Purpose.INVITATION, org=org)
        letter = _letter(org, invitation, token, now=now)
        outbox.post(org=org, key=f"{REMINDER}{invitation.pk}", to=invitation.email, letter=letter, now=now)
    return True


def withdraw_stale(now: dt.datetime) -> int:
    """Deletes reminders that have waited for the mail server until their invitation ended; how many."""
    with platform_scope():
        waiting = Mail.objects.filter(key__startswith=REMINDER, sent_at=None)
        return waiting.filter(created_at__lte=now - Invitation.REMINDED_BEFORE).delete()[0]


def _can_be_taken(org: Organization, invitation: Invitation, now: dt.datetime) -> bool:
    is_open = token_status.invitation_state(org, invitation, now) == "open"
    return is_open and not already_here(org, [invitation.email])


def _may_be_mailed(org: Organization, invitation: Invitation, now: dt.datetime) -> bool:
    """Takes one of the mails that the day's limits allow; False when none is left."""
    try:
        return bool(mail_limits.reserve(org, [invitation.email], now=now))
    except Refused:
        return False


def _letter(org: Organization, invitation: Invitation, token: str, *, now: dt.datetime) -> outbox.Letter:
    with wording.spoken(org):
        days = days_left(invitation.expires_at, now)
        text = ngettext(
            "Your invitation to %(company)s ends in %(days)s day",
            "Your invitation to %(company)s ends in %(days)s days",
            days,
        )
        context = {
            "org": org,
            "subject": text % {"company": Truncator(org.name).chars(IN_SUBJECT), "days": days},
            "inviter": invitation.invited_by.name,
            "invitation": invitation,
            "expires": wording.instant(invitation.expires_at),
            "all_write_until": all_write_until(org, now),
            "url": f"{settings.ORIGIN}{reverse('access:invitation', args=[token])}",
        }
        return outbox.render("mail/access/invitations/invitation_reminder", context)
