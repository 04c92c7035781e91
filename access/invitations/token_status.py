"""What a token offers to whoever follows its link: the company, the terms, and whether it still counts.

The holder has no membership yet, so the company comes from the token alone (`JoinToken`). Looking changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orgs.domains.models import Domain
from orgs.lifecycle import rules as lifecycle
from orgs.people.joining_models import Invitation, InviteLink, JoinToken, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from users.accounts import addresses
from users.accounts.models import User


@dataclass(frozen=True)
class TokenStatus:
    """One token's offer, as its page shows it. Instants are UTC.

    `state`: open; accepted, revoked, expired, replaced, withdrawn (the inviter may no longer invite) of an invitation;
    off, expired, used_up, replaced of a link; full: the company has reached its limit. `email` is the invited address.
    `account_domains` are the verified domains (A-label, as it is written) on which a new account may be made.
    `all_write_until`: the end of the company's trial, while it is on.
    """

    org: Organization
    state: str
    inviter: str = ""
    email: str = ""
    level: str = ""
    department: str = ""
    expires_at: dt.datetime | None = None
    domains: tuple[str, ...] = ()
    account_domains: tuple[tuple[str, str], ...] = ()
    all_write_until: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def company_of(token: str, purpose: Purpose) -> int | None:
    """The company that a token leads to; None for one that was never ours."""
    found: int | None = (
        JoinToken.objects.filter(digest=tokens.digest(token), purpose=purpose).values_list("org_id", flat=True).first()
    )
    return found


def invitation_offer(token: str, *, now: dt.datetime) -> TokenStatus | None:
    """What an invitation's token offers at `now`; None for an unknown one."""
    org_id = company_of(token, Purpose.INVITATION)
    if org_id is None:
        return None
    with company_scope(org_id, read_only=True):
        org = Organization.objects.get(pk=org_id)
        rows = Invitation.objects.filter(org=org).select_related("invited_by__user", "department")
        invitation = rows.with_digest(tokens.digest(token)).first()
        if invitation is None:
            return TokenStatus(org, "replaced")
        return TokenStatus(
            org,
            invitation_state(org, invitation, now),
            inviter=invitation.invited_by.name,
            email=invitation.email,
            level=invitation.level,
            department=invitation.department.name,
            expires_at=invitation.expires_at,
            account_domains=verified_domains(org) if invitation.allows_domain_account else (),
            all_write_until=trial_end(org, now),
        )


def verified_domains(org: Organization) -> tuple[tuple[str, str], ...]:
    """(A-label, as it is written) of each verified domain, the primary one first. Inside the company's scope."""
    domains = Domain.objects.filter(org=org).verified().order_by("-is_primary", "name")
    return tuple((domain.name, domain.unicode_name or domain.name) for domain in domains)


def link_offer(token: str, *, now: dt.datetime) -> TokenStatus | None:
    """What an invite link offers at `now`; None for an unknown one."""
    org_id = company_of(token, Purpose.LINK)
    if org_id is None:
        return None
    with company_scope(org_id, read_only=True):
        org = Organization.objects.get(pk=org_id)
        link = InviteLink.objects.filter(org=org, digest=tokens.digest(token)).select_related("department").first()
        if link is None:
            return TokenStatus(org, "replaced")
        return TokenStatus(
            org,
            link_state(org, link, now),
            level=link.level,
            department=link.department.name,
            expires_at=link.expires_at,
            domains=tuple(link.domains),
            all_write_until=trial_end(org, now),
        )


def trial_end(org: Organization, now: dt.datetime) -> dt.datetime | None:
    """Until when everybody in the company writes, whatever their level; None when no trial is on."""
    return org.trial_ends_at if lifecycle.state_at(org, now) == State.TRIAL else None


def invitation_state(org: Organization, invitation: Invitation, now: dt.datetime) -> str:
    """See `Offer.state`. The caller is inside the company's scope."""
    state = invitation.state(now)
    if state != "pending":
        return state
    if not Membership.objects.administrators().filter(pk=invitation.invited_by_id).exists():
        return "withdrawn"
    return "full" if is_full(org) else "open"


def link_state(org: Organization, link: InviteLink, now: dt.datetime) -> str:
    """See `Offer.state`. The caller is inside the company's scope."""
    state = link.state(now)
    if state != "on":
        return state
    return "full" if is_full(org) else "open"


def is_full(org: Organization) -> bool:
    """Whether the company has as many accounts as it may have."""
    return Membership.objects.current().filter(org=org).count() >= org.account_limit


def membership_of(user: User, org: Organization) -> Membership | None:
    """The person's membership in the company, blocked or not; None when there is none or it has ended."""
    return Membership.objects.filter(org=org, user=user, ended_at=None).first()


def proved_address(user: User, *, domains: tuple[str, ...] = ()) -> str:
    """The login's address when it is proved and on one of the domains (any, when none is named); else ""."""
    fits = not domains or user.email.rpartition("@")[2] in domains
    return user.email if fits and addresses.has_proved(user, user.email) else ""


def tracker_is_off(org: Organization, now: dt.datetime) -> bool:
    """Whether who joins finds no Tracker yet."""
    return lifecycle.state_at(org, now) in (State.INACTIVE, State.DEACTIVATED)
