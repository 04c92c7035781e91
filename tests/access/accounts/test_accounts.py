"""Accounts that a company creates on its domain, and what it may do with them afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from hypothesis import given
from hypothesis import strategies as st

from access.members import accounts, passwords
from access.members.accounts import FIRST_PASSWORD, Account
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.domains.models import Domain, DomainState
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from users.accounts.models import User

pytestmark = pytest.mark.django_db

GIVEN = "given-by-the-administrator"


def create(
    org: Organization, account: Account, terms: Terms, actor: Membership, now: dt.datetime, password: str | None = GIVEN
) -> Membership:
    return accounts.create(org=org, account=account, password=password, terms=terms, actor=actor, now=now)


def lose(domain: Domain, now: dt.datetime) -> None:
    with company_scope(domain.org_id):
        Domain.objects.filter(pk=domain.pk).update(state=DomainState.LOST, lost_at=now, is_primary=False)


def test_account_is_a_member_with_a_proved_address_and_a_first_password(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> None:
    member = create(org, maya, terms, owner, now)
    user = member.user
    assert (user.email, user.full_name, user.birth_date) == (
        "maya.chen@northwind.example",
        "Maya Chen",
        maya.birth_date,
    )
    assert EmailAddress.objects.get(user=user).verified
    assert user.check_password(GIVEN)
    assert user.first_password_ends_at == now + FIRST_PASSWORD
    assert member.created_here
    with company_scope(org.pk):
        actions = set(AuditEvent.objects.filter(org=org, target=member.public_id).values_list("action", flat=True))
    assert actions == {"member.join", "account.create"}


def test_address_with_an_account_is_refused_whoever_has_it(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> None:
    somebody = UserFactory()
    EmailAddress.objects.create(user=somebody, email=maya.email, verified=True, primary=False)
    with pytest.raises(Refused, match=r"This address already has an account\. Invite it\.") as refused:
        create(org, maya, terms, owner, now)
    assert refused.value.field == "login"
    assert not User.objects.filter(email=maya.email).exists()


@pytest.mark.parametrize("state", ["none", "lost", "unverified", "another company's"])
def test_domain_must_be_verified_for_this_company(
    org: Organization,
    owner: Membership,
    outsider: Membership,
    domain: Domain,
    maya: Account,
    terms: Terms,
    now: dt.datetime,
    state: str,
) -> None:
    with company_scope(org.pk):
        if state == "unverified":
            Domain.objects.update(state=DomainState.UNVERIFIED, is_primary=False)
        if state in ("none", "another company's"):
            Domain.objects.all().delete()
    if state == "lost":
        lose(domain, now)
    if state == "another company's":
        with company_scope(outsider.org_id):
            domain.pk, domain.org = None, outsider.org
            domain.save(force_insert=True)
    with pytest.raises(Refused, match="not a verified domain"):
        create(org, maya, terms, owner, now)


def test_only_administrators_create_and_only_within_the_limit(
    org: Organization,
    owner: Membership,
    viewer: Membership,
    domain: Domain,
    maya: Account,
    terms: Terms,
    now: dt.datetime,
    settings: Any,
) -> None:
    with pytest.raises(Refused, match="administrators"):
        create(org, maya, terms, viewer, now)
    Organization.objects.filter(pk=org.pk).update(account_limit=3)
    with pytest.raises(Refused, match=settings.SUPPORT_EMAIL):
        create(org, maya, terms, owner, now)
    assert not User.objects.filter(email=maya.email).exists()


def test_company_edits_and_gives_passwords_only_to_accounts_that_it_created(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> None:
    member = create(org, maya, terms, owner, now)
    own_domain_but_invited = add_member(org, user=UserFactory(email="invited@northwind.example"))
    names = {"first_name": "Mia", "last_name": "Chen", "birth_date": dt.date(1991, 1, 1)}
    assert accounts.edit(member=member, actor=owner, now=now, **names).user.full_name == "Mia Chen"
    passwords.give(member=member, password="another-first-one", actor=owner, now=now)
    for act in (
        lambda: accounts.edit(member=own_domain_but_invited, actor=owner, now=now, **names),
        lambda: passwords.give(member=own_domain_but_invited, password="x" * 12, actor=owner, now=now),
    ):
        with pytest.raises(Refused, match="Only the company that created"):
            act()


def test_lost_domain_ends_the_companys_power_and_not_the_account(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> None:
    member = create(org, maya, terms, owner, now)
    lose(domain, now)
    with pytest.raises(Refused, match="while it holds"):
        passwords.give(member=member, password="another-first-one", actor=owner, now=now)
    member.user.refresh_from_db()
    assert member.user.check_password(GIVEN)
    assert member.is_current


def test_taken_login_gets_free_ones_suggested(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> None:
    create(org, maya, terms, owner, now)
    found = accounts.suggestions(org, first_name="Maya", last_name="Chen", domain=domain.name)
    assert found == ["mchen", "maya", "chen.maya"]


@pytest.mark.parametrize("login", ["a", "maya.chen", "m-c_1", "maya+test", "a" * 64])
def test_login_is_taken(login: str) -> None:
    assert accounts.is_login(login)


@pytest.mark.parametrize("login", ["", ".maya", "maya.", "ma..ya", "Maya", "ma ya", "ма", "a@b", "-a", "a" * 65, "a\n"])
def test_login_is_refused(login: str) -> None:
    assert not accounts.is_login(login)


@given(st.text(max_size=70))
def test_any_login_that_is_taken_makes_an_address_with_one_at(text: str) -> None:
    if accounts.is_login(text):
        assert f"{text}@northwind.example".count("@") == 1
        assert text == text.lower().strip()
