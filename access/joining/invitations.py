"""Invitations: an offer to an email address (product.md §3). Every verb holds the company's row lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.joining import emails as invitation_letters
from access.joining import mail_limits, token_status
from access.members import accounts, members
from access.members.members import Terms, limit_sentence, require_administrator
from orgs.audit import audit
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation, JoinToken, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts import addresses
from users.accounts.models import User

LIFE = dt.timedelta(days=14)
AT_ONCE = 200  # addresses in one act
REMINDER = "invitation-reminder:"  # what the keys of reminders begin with (`access/joining/reminders.py`)


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


@dataclass(frozen=True)
class Person:
    """What somebody without an account says about themselves."""

    first_name: str
    last_name: str
    password: str


# --- Verbs of administrators ---------------------------------------------------------------------------
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
    with company_scope(org.pk):
        org = Organization.objects.lock(org.pk)
        require_administrator(org, actor)
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
    """The terms of all, with the level of its own that an address was given."""
    return replace(terms, level=(levels or {}).get(invitation.email, terms.level))


@transaction.atomic
def resend(*, invitation: Invitation, actor: Membership, now: dt.datetime) -> Invitation:
    """Sends it again with a new token and a new 14 days; the older mail's link leads nowhere. Raises Refused."""
    with company_scope(invitation.org_id):
        org = Organization.objects.lock(invitation.org_id)
        require_administrator(org, actor)
        invitation = _lock_open(invitation)
        _require_room(org)
        if already_here(org, [invitation.email]):
            raise Refused(_("This person is already here."))
        if not mail_limits.reserve(org, [invitation.email], now=now):
            raise Refused(mail_limits.too_often(now))
        terms = Terms(invitation.level, invitation.department, invitation.team, invitation.invited_by)
        outbox.post_all([_send(invitation, terms, actor=actor, now=now)])
    return invitation


@transaction.atomic
def change(*, invitation: Invitation, terms: Terms, actor: Membership, now: dt.datetime) -> Invitation:
    """Other terms for who has not joined yet; the mailed link stays good, and nobody is mailed. Raises Refused.

    Whoever set the terms last stands for them: the actor counts as the inviter from now on.
    """
    with company_scope(invitation.org_id):
        org = Organization.objects.lock(invitation.org_id)
        require_administrator(org, actor)
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
    with company_scope(invitation.org_id):
        org = Organization.objects.lock(invitation.org_id)
        require_administrator(org, actor)
        invitation = _lock_open(invitation)
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        _withdraw_reminder(invitation)
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
    token, org = tokens.make(), actor.org
    invitation.org, invitation.digest = org, tokens.digest(token)
    invitation.level, invitation.department, invitation.team = terms.level, terms.department, terms.team
    invitation.invited_by, invitation.sent_at, invitation.expires_at = actor, now, now + LIFE
    invitation.sendings += 1
    invitation.reminder_digest = ""
    invitation.save()
    _withdraw_reminder(invitation)
    JoinToken.objects.create(digest=invitation.digest, purpose=Purpose.INVITATION, org=org)
    data = {"level": terms.level, "sendings": invitation.sendings}
    data |= {"domain_account": True} if invitation.allows_domain_account else {}
    audit.record(org, "invitation.send", actor=actor, now=now, target=invitation.public_id, data=data)
    key = f"invitation:{invitation.pk}:{invitation.sendings}"
    return outbox.build(
        org=org, key=key, to=invitation.email, letter=invitation_letters.offer(invitation, token, now=now), now=now
    )


def _withdraw_reminder(invitation: Invitation) -> None:
    """A reminder that still waits for the mail server is not sent."""
    Mail.objects.filter(org=invitation.org_id, key=f"{REMINDER}{invitation.pk}", sent_at=None).delete()


def _lock_open(invitation: Invitation) -> Invitation:
    locked: Invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise Refused(_("This invitation was accepted."))
    if locked.revoked_at:
        raise Refused(_("This invitation was revoked."))
    return locked


def _require_room(org: Organization) -> None:
    """A full company invites nobody."""
    if token_status.is_full(org):
        raise Refused(limit_sentence(org))


# --- Verbs of who holds the token ----------------------------------------------------------------------
@transaction.atomic
def accept(*, token: str, user: User, now: dt.datetime) -> Membership:
    """The account that has proved the invited address joins. Raises Refused."""
    with company_scope(_company(token)):
        org, invitation = _lock_offer(token, now=now)
        if not addresses.has_proved(user, invitation.email):
            sentence = _("This invitation is for %(email)s. Log in with the account that has this address.")
            raise Refused(str(sentence) % {"email": invitation.email})
        return _consume(org, invitation, user, now=now)


@transaction.atomic
def accept_as_new(*, token: str, person: Person, now: dt.datetime) -> Membership:
    """A new account with the invited address, which the token proves, joins. Raises Refused."""
    org_id = _company(token)
    with company_scope(org_id):
        org, invitation = _lock_offer(token, now=now)  # the locks last until the outer transaction ends
    try:  # accounts are outside of any company, so outside of its scope
        user = addresses.create_proved(
            email=invitation.email,
            password=person.password,
            first_name=person.first_name,
            last_name=person.last_name,
        )
    except addresses.Taken as taken:
        raise Refused(_("This address already has an account. Log in to join with it.")) from taken
    with company_scope(org_id):
        return _consume(org, invitation, user, now=now)


@transaction.atomic
def accept_at_domain(*, token: str, person: Person, login: str, domain: str, now: dt.datetime) -> Membership:
    """A new account on a domain of the company joins, if the invitation allows it; `domain` is an A-label.

    The address counts as verified by the domain's proof, and the company counts as its creator. Raises Refused.
    """
    org_id = _company(token)
    with company_scope(org_id):
        org, invitation = _lock_offer(token, now=now)
        if not invitation.allows_domain_account:
            raise Refused(_("This invitation offers no account on a domain of the company."))
        accounts.require_domain(org, domain)
        members.require_room(org)
    try:
        user = addresses.create_proved(
            email=f"{login}@{domain}",
            password=person.password,
            first_name=person.first_name,
            last_name=person.last_name,
        )
    except addresses.Taken as taken:
        raise Refused(_("This login is taken. Choose another one."), field="login") from taken
    with company_scope(org_id):
        member = _consume(org, invitation, user, now=now, created_here=True)
        audit.record(org, "account.create", actor=member, now=now, target=member.public_id)
    return member


@transaction.atomic
def ask_again(*, token: str, now: dt.datetime) -> None:
    """Tells whoever invited that the invitation has ended; once a day at most. Raises Refused."""
    with company_scope(_company(token)):
        invitation = Invitation.objects.with_digest(tokens.digest(token)).select_related("invited_by__user").first()
        if invitation is None or invitation.state(now) != "expired" or not invitation.invited_by.is_current:
            raise Refused(_("This invitation cannot be asked for again."))
        org = Organization.objects.get(pk=invitation.org_id)
        key = f"invitation-asked:{invitation.pk}:{now:%Y-%m-%d}"
        letter = invitation_letters.asked(org, invitation)
        outbox.post(org=org, key=key, to=invitation.invited_by.user.email, letter=letter, now=now)


def _company(token: str) -> int:
    org_id = token_status.company_of(token, Purpose.INVITATION)
    if org_id is None:
        raise Refused(_("This invitation does not exist."))
    return org_id


def _lock_offer(token: str, *, now: dt.datetime) -> tuple[Organization, Invitation]:
    """The company and the invitation under lock, still open at `now`. Raises Refused.

    Read after the company's lock: who waited for it sees what the one before did.
    """
    org = Organization.objects.lock(token_status.company_of(token, Purpose.INVITATION) or 0)
    invitation = Invitation.objects.with_digest(tokens.digest(token)).filter(org=org).select_for_update().first()
    state = token_status.invitation_state(org, invitation, now) if invitation else "replaced"
    if invitation is None or state != "open":
        raise Refused(limit_sentence(org) if state == "full" else _("This invitation no longer counts."))
    return org, invitation


def _consume(
    org: Organization, invitation: Invitation, user: User, *, now: dt.datetime, created_here: bool = False
) -> Membership:
    terms = Terms(invitation.level, invitation.department, invitation.team, invitation.invited_by)
    through = f"invitation:{invitation.public_id}"
    member = members.enter(org, user=user, terms=terms, through=through, created_here=created_here, now=now)
    invitation.accepted_at, invitation.accepted_by = now, member
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _withdraw_reminder(invitation)
    return member
