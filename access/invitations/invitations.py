"""Invitations: an offer to an email address (product.md §3), and what administrators do with it.

Every verb holds the company's row lock; `access/joining/acceptance.py` has those of who holds the token.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.invitations import emails as invitation_letters
from access.invitations import mail_limit_texts, mail_limits, token_status
from access.members import members
from access.members.members import Terms, limit_sentence
from orgs.audit import audit
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation, JoinToken, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

LIFE = dt.timedelta(days=14)
AT_ONCE = 200  # addresses in one act
REMINDER = "invitation-reminder:"  # what the keys of reminders begin with (`access/invitations/reminders.py`)


@dataclass(frozen=True)
class Invited:
    """What one act did: invitations sent for the first time, sent again, addresses of people already here, and those
    that were written to too often today."""

    new: tuple[str, ...]
    again: tuple[str, ...]
    here: tuple[str, ...]
    too_often: tuple[str, ...] = ()

    @property
    def sent(self) -> int:
        return len(self.new) + len(self.again)


@transaction.atomic
def invite(
    *,
    org: Organization,
    emails: list[str],
    terms: Terms,
    actor: Membership,
    now: dt.datetime,
    allows_domain_account: bool = False,
    levels: Mapping[str, str] | None = None,
) -> Invited:
    """Offers each address to join; an open invitation is sent again, who is here is left out. Raises Refused.

    So are addresses that were written to too often today: their invitations stay as they are. `levels`: what single
    addresses get instead of the level of all.
    """
    with administering(org.pk, actor) as org:
        _require_room(org)
        here = already_here(org, emails)
        asked = [email for email in emails if email not in here]
        reserved = mail_limits.reserve(org, asked, now=now)
        rows = _open_or_new(org, [email for email in asked if email in reserved], allows_domain_account)
        outbox.post_all([_send(row, _own(terms, row, levels), actor=actor, now=now) for row in rows])
        return Invited(
            new=tuple(row.email for row in rows if row.sendings == 1),
            again=tuple(row.email for row in rows if row.sendings > 1),
            here=tuple(sorted(here)),
            too_often=tuple(email for email in asked if email not in reserved),
        )


def _open_or_new(org: Organization, emails: list[str], allows_domain_account: bool) -> list[Invitation]:
    """The open invitation of each address, or one that is not written yet."""
    found = {row.email: row for row in Invitation.objects.filter(org=org, email__in=emails).open()}
    rows = [found.get(email) or Invitation(org=org, email=email, sendings=0) for email in emails]
    for row in rows:
        row.allows_domain_account = allows_domain_account
    return rows


def _own(terms: Terms, invitation: Invitation, levels: Mapping[str, str] | None) -> Terms:
    """The terms of one address: those of all, with its own level where it was given one."""
    return replace(terms, level=(levels or {}).get(invitation.email, terms.level))


@transaction.atomic
def resend(*, invitation: Invitation, actor: Membership, now: dt.datetime) -> Invitation:
    """Sends it again with a new token and a new 14 days; the older mail's link leads nowhere. Raises Refused."""
    with administering(invitation.org_id, actor) as org:
        invitation = _lock_open(invitation)
        _require_room(org)
        if already_here(org, [invitation.email]):
            raise Refused(_("This person is already here."))
        if not mail_limits.reserve(org, [invitation.email], now=now):
            raise Refused(mail_limit_texts.too_often(mail_limits.again_at(now)))
        terms = Terms(invitation.level, invitation.department, invitation.team, invitation.invited_by)
        outbox.post_all([_send(invitation, terms, actor=actor, now=now)])
    return invitation


@transaction.atomic
def change(*, invitation: Invitation, terms: Terms, actor: Membership, now: dt.datetime) -> Invitation:
    """Other terms for who has not joined yet; the mailed link stays good, and nobody is mailed. Raises Refused.

    Whoever set the terms last stands for them: the actor counts as the inviter from now on.
    """
    with administering(invitation.org_id, actor) as org:
        invitation = _lock_open(invitation)
        before, invitation.level, invitation.team = invitation.level, terms.level, terms.team
        invitation.department, invitation.invited_by = members.require_department(org, terms.department), actor
        invitation.save(update_fields=["level", "department", "team", "invited_by"])
        data = {"from": before, "to": terms.level}
        audit.record(org, "invitation.change", actor=actor, now=now, target=invitation.public_id, data=data)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, actor: Membership, now: dt.datetime) -> Invitation:
    """Its link stops working at once. Raises Refused when it was accepted or revoked before."""
    with administering(invitation.org_id, actor) as org:
        invitation = _lock_open(invitation)
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        withdraw_reminder(invitation)
        audit.record(org, "invitation.revoke", actor=actor, now=now, target=invitation.public_id)
    return invitation


def already_here(org: Organization, emails: list[str]) -> set[str]:
    """Those of the addresses that belong to members, blocked ones among them."""
    members_here = Membership.objects.filter(org=org, ended_at=None)
    logins = members_here.filter(user__email__in=emails).values_list("user__email", flat=True)
    proved = members_here.filter(user__emailaddress__email__in=emails, user__emailaddress__verified=True)
    return {*logins, *proved.values_list("user__emailaddress__email", flat=True)} & set(emails)


def _send(invitation: Invitation, terms: Terms, *, actor: Membership, now: dt.datetime) -> Mail:
    """Writes the invitation down with a new token; returns the mail that carries it."""
    token, org = tokens.new_token(), actor.org
    invitation.org, invitation.digest = org, tokens.digest(token)
    invitation.level, invitation.department, invitation.team = terms.level, terms.department, terms.team
    invitation.invited_by, invitation.sent_at, invitation.expires_at = actor, now, now + LIFE
    invitation.sendings += 1
    invitation.reminder_digest = ""
    invitation.save()
    withdraw_reminder(invitation)
    JoinToken.objects.create(digest=invitation.digest, purpose=Purpose.INVITATION, org=org)
    data = {"level": terms.level, "sendings": invitation.sendings}
    data |= {"domain_account": True} if invitation.allows_domain_account else {}
    audit.record(org, "invitation.send", actor=actor, now=now, target=invitation.public_id, data=data)
    key = f"invitation:{invitation.pk}:{invitation.sendings}"
    return outbox.new_mail(
        org=org, key=key, to=invitation.email, letter=invitation_letters.offer(invitation, token, now=now), now=now
    )


def withdraw_reminder(invitation: Invitation) -> None:
    """Deletes the invitation's reminder while it waits in the outbox."""
    Mail.objects.filter(org=invitation.org_id, key=f"{REMINDER}{invitation.pk}", sent_at=None).delete()


def _lock_open(invitation: Invitation) -> Invitation:
    locked: Invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise Refused(_("This invitation was accepted."))
    if locked.revoked_at:
        raise Refused(_("This invitation was revoked."))
    return locked


def _require_room(org: Organization) -> None:
    """Raises Refused when the company has as many accounts as it may have."""
    if token_status.is_full(org):
        raise Refused(limit_sentence(org))
