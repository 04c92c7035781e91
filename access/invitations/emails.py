"""What the mails about invitations say: the offer itself, and a wish for another one."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from access.invitations import token_status
from orgs.mail import outbox, wording
from orgs.mail.outbox import Letter
from orgs.people.joining_models import Invitation
from orgs.tenancy.organization_models import Organization


def offer(invitation: Invitation, token: str, *, now: dt.datetime) -> Letter:
    """The offer to join, with the link that takes it."""
    org = invitation.org
    with wording.spoken(org):
        context = {
            "org": org,
            "inviter": invitation.invited_by.name,
            "invitation": invitation,
            "expires": wording.instant(invitation.expires_at),
            "all_write_until": all_write_until(org, now),
            "url": f"{settings.ORIGIN}{reverse('access:invitation', args=[token])}",
        }
        return outbox.render("mail/access/invitations/invitation", context)


def all_write_until(org: Organization, now: dt.datetime) -> str:
    """The end of the trial, in the company's words; empty when no trial is on."""
    trial_end = token_status.trial_end(org, now)
    return wording.instant(trial_end) if trial_end else ""


def asked(org: Organization, invitation: Invitation) -> Letter:
    """To whoever invited: the invited person asks for another invitation, because this one has ended."""
    with wording.spoken(org):
        url = f"{settings.ORIGIN}{reverse('access:invitation_list', args=[org.slug])}"
        return outbox.render(
            "mail/access/invitations/invitation_asked", {"org": org, "invitation": invitation, "url": url}
        )
