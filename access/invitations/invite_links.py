"""The invite link: `Enable access via invite link` (product.md §3). Every verb holds the company's row lock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.invitations import token_status
from access.members import members
from access.members.members import Terms, limit_sentence
from orgs.audit import audit
from orgs.mail import encryption
from orgs.people.joining_models import InviteLink, JoinToken, Purpose
from orgs.tenancy import tokens
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User

LIFE = dt.timedelta(days=14)  # of a link that is switched on without another wish


@dataclass(frozen=True)
class Limits:
    """Until when (UTC, excluded; None: for ever), how often (None: without end), and from which domains (A-labels)."""

    expires_at: dt.datetime | None
    max_uses: int | None = None
    domains: tuple[str, ...] = ()


def current(org: Organization) -> InviteLink | None:
    """The company's link that is not switched off; its time or its uses may be over."""
    links = InviteLink.objects.filter(org=org, off_at=None).select_related("made_by__user", "department", "team")
    return links.first()


def url(link: InviteLink) -> str:
    """The link to paste, at the one configured origin."""
    return f"{settings.ORIGIN}{reverse('access:join', args=[encryption.unseal(link.sealed)])}"


# --- Verbs of administrators ---------------------------------------------------------------------------
@transaction.atomic
def switch_on(*, org: Organization, terms: Terms, limits: Limits, actor: Membership, now: dt.datetime) -> InviteLink:
    """Makes the company's link. With one on already, that one stays. Raises Refused."""
    with administering(org.pk, actor) as org:
        return current(org) or _make(org, terms, limits, actor=actor, now=now)


@transaction.atomic
def switch_off(*, org: Organization, actor: Membership, now: dt.datetime) -> None:
    """Nobody comes in through it any more: it is off for good. Nothing happens when none is on. Raises Refused."""
    with administering(org.pk, actor) as org:
        if link := current(org):
            _end(link, "link.off", actor=actor, now=now)


@transaction.atomic
def replace(*, org: Organization, actor: Membership, now: dt.datetime) -> InviteLink:
    """`Reset link`: the old one stops working at once, a new one has its terms and limits. Raises Refused."""
    with administering(org.pk, actor) as org:
        old = current(org)
        if old is None:
            raise Refused(_("The invite link is off."))
        _end(old, "link.replace", actor=actor, now=now)
        limits = Limits(now + LIFE if old.expires_at else None, old.max_uses, tuple(old.domains))
        return _make(org, Terms(old.level, old.department, old.team), limits, actor=actor, now=now)


@transaction.atomic
def change(*, org: Organization, terms: Terms, limits: Limits, actor: Membership, now: dt.datetime) -> InviteLink:
    """Other terms and limits for the link that is on; who came in before keeps what they got. Raises Refused."""
    with administering(org.pk, actor) as org:
        link = current(org)
        if link is None:
            raise Refused(_("The invite link is off."))
        if limits.max_uses is not None and limits.max_uses < link.uses:
            raise Refused(_("More people have joined through it already."), field="max_uses")
        _write(link, terms, limits)
        link.save()
        audit.record(org, "link.change", actor=actor, now=now, target=link.public_id, data=_facts(link))
        return link


def _make(org: Organization, terms: Terms, limits: Limits, *, actor: Membership, now: dt.datetime) -> InviteLink:
    token = tokens.new_token()
    link = InviteLink(org=org, digest=tokens.digest(token), sealed=encryption.seal(token), made_by=actor, made_at=now)
    _write(link, terms, limits)
    link.save(force_insert=True)
    JoinToken.objects.create(digest=link.digest, purpose=Purpose.LINK, org=org)
    audit.record(org, "link.on", actor=actor, now=now, target=link.public_id, data=_facts(link))
    return link


def _write(link: InviteLink, terms: Terms, limits: Limits) -> None:
    link.level, link.department, link.team = terms.level, terms.department, terms.team
    link.expires_at, link.max_uses, link.domains = limits.expires_at, limits.max_uses, list(limits.domains)


def _facts(link: InviteLink) -> dict[str, object]:
    expires = link.expires_at.isoformat() if link.expires_at else None
    return {"level": link.level, "expires_at": expires, "max_uses": link.max_uses, "domains": len(link.domains)}


def _end(link: InviteLink, action: str, *, actor: Membership, now: dt.datetime) -> None:
    link.off_at = now
    link.save(update_fields=["off_at"])
    audit.record(link.org, action, actor=actor, now=now, target=link.public_id)


# --- The verb of who follows it ------------------------------------------------------------------------
@transaction.atomic
def join(*, token: str, user: User, now: dt.datetime) -> Membership:
    """A person whose address is verified joins; the link is looked at again under its lock. Raises Refused."""
    org_id = token_status.company_of(token, Purpose.LINK)
    if org_id is None:
        raise Refused(_("This link does not exist."))
    with company_scope(org_id):
        org = Organization.objects.lock(org_id)
        link = InviteLink.objects.select_for_update().filter(org=org, digest=tokens.digest(token)).first()
        state = token_status.link_state(org, link, now) if link else "replaced"
        if link is None or state != "open":
            raise Refused(limit_sentence(org) if state == "full" else _("This link no longer works."))
        _require_fit(link, user)
        terms = Terms(link.level, link.department, link.team, link.made_by)
        member = members.add_member(
            org, user=user, terms=terms, through=f"link:{link.public_id}", invite_link=link, now=now
        )
        link.uses += 1
        link.save(update_fields=["uses"])
        return member


def _require_fit(link: InviteLink, user: User) -> None:
    """The address is proved and on one of the link's domains, and nobody had removed this person."""
    if not token_status.proved_address(user):
        raise Refused(_("Confirm your email address first."))
    if not link.lets_in(user.email):
        domains = ", ".join(link.domains)
        raise Refused(str(_("This link is for addresses on %(domains)s.")) % {"domains": domains})
    if Membership.objects.filter(org=link.org_id, user=user, ended_at__isnull=False).exists():
        raise Refused(_("You were in this company before. Ask an administrator for an invitation."))
