"""An invitation that allows a new account on the company's domain (product.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from access.invitations import invitations
from access.joining import acceptance
from access.joining.acceptance import Person
from access.members import accounts, members
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.domains import domains
from orgs.domains.models import Answer, Domain
from orgs.people.joining_models import Invitation
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.factories import UserFactory, add_member
from tests.orgs.domains import linked
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
PRIYA, LOGIN = "priya@example.net", "priya.nair"
NEW = Person("Priya", "Nair", "a-long-enough-password")
FORM = {"first_name": "Priya", "last_name": "Nair", "password": "a-long-enough-password"}
CHOICE = FORM | {"login": LOGIN, "domain": "northwind.example"}


def invite(owner: Membership, terms: Terms, now: dt.datetime, *, allowed: bool = True) -> str:
    """The token that was mailed to Priya."""
    org = owner.org
    invitations.invite(org=org, emails=[PRIYA], terms=terms, actor=owner, now=now, allows_domain_account=allowed)
    return mailed.token(PRIYA)


def accept(token: str, now: dt.datetime, **other: str) -> Membership:
    choice = {"login": LOGIN, "domain": "northwind.example", **other}
    return acceptance.accept_at_domain(token=token, person=NEW, now=now, **choice)


def page(name: str, token: str) -> str:
    return reverse(f"access:{name}", args=[token])


def test_person_joins_with_a_login_on_the_companys_domain(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    member = accept(invite(owner, terms, now), now)
    assert member.user.email == "priya.nair@northwind.example"
    assert member.created_here
    assert EmailAddress.objects.get(user=member.user).verified
    assert not User.objects.filter(email=PRIYA).exists()
    with company_scope(owner.org_id):
        assert accounts.is_managed(owner.org, member)
        assert Invitation.objects.get().accepted_by_id == member.pk
        acts = AuditEvent.objects.filter(target=member.public_id).order_by("number")
        assert list(acts.values_list("action", "actor")) == [("member.join", member.pk), ("account.create", member.pk)]


def test_invitation_that_does_not_allow_it_is_worth_no_such_account(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    token = invite(owner, terms, now, allowed=False)
    with pytest.raises(Refused, match="offers no account"):
        accept(token, now)
    assert acceptance.accept_as_new(token=token, person=NEW, now=now).user.email == PRIYA


def test_domain_that_is_lost_unlinked_or_anothers_is_refused_at_its_field(
    owner: Membership, outsider: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    linked.verify(outsider, "southwind.example", now=now)
    linked.link(owner, "unproved.example", now=now)
    token = invite(owner, terms, now)
    domains.remove(domain=domain, actor=owner, now=now)
    for name in ("northwind.example", "southwind.example", "unproved.example", "nobody.example"):
        with pytest.raises(Refused, match="not a verified domain") as caught:
            accept(token, now, domain=name)
        assert caught.value.field == "domain"
    linked.find_out(linked.link(owner, "northwind.example", now=now), Answer.PRESENT, at=now)
    assert accept(token, now)


def test_taken_login_is_refused_at_its_field_and_the_invitation_still_counts(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    UserFactory(email="priya.nair@northwind.example")
    token = invite(owner, terms, now)
    with pytest.raises(Refused, match="taken") as caught:
        accept(token, now)
    assert caught.value.field == "login"
    assert accept(token, now, login="priya")


def test_full_company_makes_no_account(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime, org: Organization
) -> None:
    token = invite(owner, terms, now)
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    with pytest.raises(Refused, match="has reached 1 accounts"):
        accept(token, now)
    assert not User.objects.filter(email__endswith="@northwind.example").exists()


def test_token_is_used_up_whichever_account_was_made(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    token = invite(owner, terms, now)
    accept(token, now)
    for again in (
        lambda: accept(token, now, login="other"),
        lambda: acceptance.accept_as_new(token=token, person=NEW, now=now),
    ):
        with pytest.raises(Refused, match="no longer counts"):
            again()


def test_sending_again_keeps_the_permission_and_inviting_again_sets_it(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime, later: dt.datetime
) -> None:
    invite(owner, terms, now)
    with company_scope(owner.org_id):
        invitation = Invitation.objects.select_related("department", "team").get()
    assert invitations.resend(invitation=invitation, actor=owner, now=later).allows_domain_account
    assert accept(mailed.token(PRIYA), later)
    invitations.invite(org=owner.org, emails=["b@example.net"], terms=terms, actor=owner, now=now)
    with company_scope(owner.org_id):
        assert not Invitation.objects.get(email="b@example.net").allows_domain_account


def test_full_access_without_a_free_seat_becomes_read_only(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime, org: Organization
) -> None:
    for _ in range(org.free_seats):
        add_member(org, level=Level.FULL)
    token = invite(owner, Terms(Level.FULL, terms.department), now)
    assert accept(token, now).level == Level.READ_ONLY


# --- pages ---------------------------------------------------------------------------------------------
def test_box_stands_on_the_page_only_when_there_is_a_verified_domain(
    login: Login, owner: Membership, org: Organization, now: dt.datetime
) -> None:
    url = reverse("access:invite", args=[org.slug])
    linked.link(owner, "northwind.example", now=now)
    assert "allows_domain_account" not in login(owner).get(url).content.decode()
    linked.verify(owner, "bücher.example", now=now)
    html = login(owner).get(url).content.decode()
    assert "Let them create an account on bücher.example instead" in html
    form = {"addresses": PRIYA, "level": "read_only", "allows_domain_account": "on"}
    assert login(owner).post(url, form).status_code == 302
    with company_scope(org.pk):
        assert Invitation.objects.get().allows_domain_account


def test_box_in_the_form_means_nothing_without_a_verified_domain(
    login: Login, owner: Membership, org: Organization
) -> None:
    form = {"addresses": PRIYA, "level": "read_only", "allows_domain_account": "on"}
    login(owner).post(reverse("access:invite", args=[org.slug]), form)
    with company_scope(org.pk):
        assert not Invitation.objects.get().allows_domain_account


@pytest.mark.parametrize("has_account", [False, True])
def test_page_offers_both_ways_and_lets_the_person_in(
    client: Client, owner: Membership, terms: Terms, domain: Domain, now: dt.datetime, has_account: bool
) -> None:
    if has_account:
        UserFactory(email=PRIYA)
    token = invite(owner, terms, now)
    html = client.get(page("invitation", token)).content.decode()
    assert "Create an employee account" in html
    assert "Choose a login on northwind.example" in html
    assert ("Log in as" if has_account else "Join with your own address") in html
    response = client.post(page("invitation_domain", token), CHOICE, follow=True)
    assert response.redirect_chain[-1][0] == f"/o/{owner.org.slug}/"
    assert Client().login(email="priya.nair@northwind.example", password=FORM["password"])


def test_taken_login_is_told_at_the_field_with_free_ones_and_nothing_is_lost(
    client: Client, owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    UserFactory(email="priya.nair@northwind.example")
    response = client.post(page("invitation_domain", invite(owner, terms, now)), CHOICE)
    html = response.content.decode()
    assert response.status_code == 400
    assert "This login is taken. Choose another one." in html
    assert 'value="pnair"' in html
    assert 'value="Nair"' in html
    assert '<details class="more" open>' in html


def test_free_login_that_is_clicked_is_in_the_form(
    client: Client, owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    token = invite(owner, terms, now)
    response = client.post(page("invitation_login", token), {**CHOICE, "free_login": "pnair"})
    html = response.content.decode()
    assert response.status_code == 200
    assert response.context["domain_form"]["login"].value() == "pnair"
    assert 'value="Nair"' in html
    assert FORM["password"] not in html
    assert '<details class="more" open>' in html
    assert client.get(page("invitation_login", token)).status_code == 405
    invitations.revoke(invitation=only_invitation(owner.org), actor=owner, now=now)
    assert client.post(page("invitation_login", token), CHOICE).headers["Location"] == page("invitation", token)


def only_invitation(org: Organization) -> Invitation:
    with company_scope(org.pk):
        return Invitation.objects.get(org=org)


@pytest.mark.parametrize(
    "wrong",
    [{"login": ""}, {"login": "a b"}, {"login": "x" * 65}, {"domain": "southwind.example"}, {"password": "short"}],
)
def test_wrong_input_is_told_at_the_field(
    client: Client, owner: Membership, terms: Terms, domain: Domain, now: dt.datetime, wrong: dict[str, Any]
) -> None:
    response = client.post(page("invitation_domain", invite(owner, terms, now)), CHOICE | wrong)
    assert response.status_code == 400
    assert set(response.context["domain_form"].errors) == set(wrong)
    assert not User.objects.filter(email__endswith="@northwind.example").exists()


def test_address_answers_nothing_where_no_account_is_offered(
    client: Client, login: Login, owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    token = invite(owner, terms, now, allowed=False)
    assert "Choose a login on" not in client.get(page("invitation", token)).content.decode()
    assert client.post(page("invitation_domain", token), CHOICE).headers["Location"] == page("invitation", token)
    allowed = invite(owner, terms, now)
    stranger = login(UserFactory())
    assert stranger.post(page("invitation_domain", allowed), CHOICE).headers["Location"] == page("invitation", allowed)
    assert client.get(page("invitation_domain", allowed)).status_code == 405
    assert client.post(page("invitation_domain", "x"), CHOICE).status_code == 404
    assert not User.objects.filter(email__endswith="@northwind.example").exists()


def test_company_may_edit_the_account_it_counts_as_the_creator_of(
    owner: Membership, terms: Terms, domain: Domain, now: dt.datetime
) -> None:
    member = accept(invite(owner, terms, now), now)
    names = {"first_name": "P", "last_name": "N", "birth_date": dt.date(1990, 3, 27)}
    assert accounts.edit(member=member, actor=owner, now=now, **names).user.first_name == "P"
    assert members.block(member=member, actor=owner, now=now).blocked_at
