"""An invitation is accepted by whoever holds its token, with an account that is there or a new one (product.md §3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.invitations import emails as invitation_letters
from access.invitations import token_status
from access.invitations.invitations import withdraw_reminder
from access.members import accounts, members
from access.members.members import Terms, limit_sentence
from orgs.audit import audit
from orgs.mail import outbox
from orgs.people.joining_models import Invitation, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts import addresses
from users.accounts.models import User


@dataclass(frozen=True)
class Person:
    """What somebody without an account says about themselves."""

    first_name: str
    last_name: str
    password: str


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
    member = members.add_member(org, user=user, terms=terms, through=through, created_here=created_here, now=now)
    invitation.accepted_at, invitation.accepted_by = now, member
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    withdraw_reminder(invitation)
    return member
