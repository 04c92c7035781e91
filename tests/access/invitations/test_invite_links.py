"""The invite link as an object: its switch, its limits, who came through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from access.invitations import invite_links, token_status
from access.invitations.invite_links import LIFE, Limits
from access.members.members import Terms
from orgs.people.joining_models import InviteLink
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations.copied import token
from tests.database import tables_with
from tests.factories import UserFactory, add_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> InviteLink:
    return switch_on(org, owner, terms, now)


def switch_on(org: Organization, actor: Membership, terms: Terms, now: dt.datetime, **limits: Any) -> InviteLink:
    wanted = Limits(**{"expires_at": now + LIFE, **limits})
    return invite_links.switch_on(org=org, terms=terms, limits=wanted, actor=actor, now=now)


def test_person_with_a_verified_address_joins_and_is_shown(link: InviteLink, now: dt.datetime) -> None:
    member = invite_links.join(token=token(link), user=UserFactory(), now=now)
    assert (member.level, member.invite_link_id) == (Level.READ_ONLY, link.pk)
    with company_scope(link.org_id):
        link.refresh_from_db()
    assert link.uses == 1


def test_address_must_be_verified_first(link: InviteLink, now: dt.datetime) -> None:
    user = UserFactory()
    EmailAddress.objects.filter(user=user).update(verified=False)
    EmailAddress.objects.create(user=user, email="another@example.net", verified=True, primary=False)
    with pytest.raises(Refused, match="Confirm"):
        invite_links.join(token=token(link), user=user, now=now)
    EmailAddress.objects.filter(user=user).update(verified=True)
    assert invite_links.join(token=token(link), user=user, now=now).is_current


def test_link_ends_at_its_instant(link: InviteLink, now: dt.datetime) -> None:
    late = UserFactory()
    assert invite_links.join(token=token(link), user=UserFactory(), now=now + LIFE - dt.timedelta(microseconds=1))
    with pytest.raises(Refused, match="no longer works"):
        invite_links.join(token=token(link), user=late, now=now + LIFE)
    offer = token_status.link_offer(token(link), now=now + LIFE)
    assert offer
    assert offer.state == "expired"


def test_link_lets_in_as_many_as_it_was_made_for(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    link = switch_on(org, owner, terms, now, max_uses=2)
    for _ in range(2):
        invite_links.join(token=token(link), user=UserFactory(), now=now)
    with pytest.raises(Refused, match="no longer works"):
        invite_links.join(token=token(link), user=UserFactory(), now=now)
    with pytest.raises(Refused) as refused:
        invite_links.change(org=org, terms=terms, limits=Limits(None, max_uses=1), actor=owner, now=now)
    assert refused.value.field == "max_uses"
    invite_links.change(org=org, terms=terms, limits=Limits(None, max_uses=3), actor=owner, now=now)
    assert invite_links.join(token=token(link), user=UserFactory(), now=now).is_current


def test_link_bound_to_domains_lets_nobody_else_in(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    link = switch_on(org, owner, terms, now, domains=("example.org",))
    for email in ("a@example.com", "a@sub.example.org", "a@example.org.evil.net", "a@examp1e.org"):
        with pytest.raises(Refused, match=r"example\.org"):
            invite_links.join(token=token(link), user=UserFactory(email=email), now=now)
    assert invite_links.join(token=token(link), user=UserFactory(email="a@example.org"), now=now).is_current


def test_off_is_off_for_good(
    link: InviteLink, org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite_links.switch_off(org=org, actor=owner, now=now)
    invite_links.switch_off(org=org, actor=owner, now=now)
    other = switch_on(org, owner, terms, now)
    assert token(other) != token(link)
    with pytest.raises(Refused, match="no longer works"):
        invite_links.join(token=token(link), user=UserFactory(), now=now)
    assert invite_links.join(token=token(other), user=UserFactory(), now=now).is_current


def test_switched_on_twice_is_one_link(
    link: InviteLink, org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    assert switch_on(org, owner, terms, now).pk == link.pk


def test_replaced_link_keeps_terms_and_limits_and_starts_anew(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime, later: dt.datetime
) -> None:
    old = switch_on(org, owner, terms, now, max_uses=5, domains=("example.com",))
    new = invite_links.replace(org=org, actor=owner, now=later)
    assert (new.max_uses, new.domains, new.uses, new.expires_at) == (5, ["example.com"], 0, later + LIFE)
    with pytest.raises(Refused):
        invite_links.join(token=token(old), user=UserFactory(), now=later)
    assert invite_links.join(token=token(new), user=UserFactory(), now=later).is_current


def test_former_member_does_not_come_back_by_the_link(link: InviteLink, org: Organization, now: dt.datetime) -> None:
    member = add_member(org)
    with pytest.raises(Refused, match="already here"):
        invite_links.join(token=token(link), user=member.user, now=now)
    Membership.objects.filter(pk=member.pk).update(ended_at=now)
    with pytest.raises(Refused, match="invitation"):
        invite_links.join(token=token(link), user=member.user, now=now)


def test_full_company_lets_nobody_in(link: InviteLink, org: Organization, now: dt.datetime, settings: Any) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    with pytest.raises(Refused, match=settings.SUPPORT_EMAIL):
        invite_links.join(token=token(link), user=UserFactory(), now=now)


@pytest.mark.parametrize("act", ["on", "off", "replace", "change"])
def test_only_administrators_touch_the_link(
    link: InviteLink, org: Organization, member: Membership, terms: Terms, now: dt.datetime, act: str
) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "on": lambda: switch_on(org, member, terms, now),
        "off": lambda: invite_links.switch_off(org=org, actor=member, now=now),
        "replace": lambda: invite_links.replace(org=org, actor=member, now=now),
        "change": lambda: invite_links.change(org=org, terms=terms, limits=Limits(None), actor=member, now=now),
    }
    with pytest.raises(Refused, match="administrators"):
        acts[act]()


def test_raw_token_is_nowhere_in_the_database(link: InviteLink) -> None:
    assert tables_with(token(link)) == []
