"""The pages of whoever follows an invitation or a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.invitations import invitations, invite_links
from access.invitations.invitations import LIFE
from access.invitations.invite_links import Limits
from access.members.members import Terms
from orgs.people.joining_models import Invitation, InviteLink
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.factories import PASSWORD, UserFactory
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
PRIYA = "priya@example.net"
ACCOUNT = {"first_name": "Priya", "last_name": "Nair", "password": "a-long-enough-password"}


@pytest.fixture
def invited(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> str:
    """The token that was mailed to Priya."""
    invitations.invite(org=org, emails=[PRIYA], terms=terms, actor=owner, now=now)
    return mailed.token(PRIYA)


@pytest.fixture
def link(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> InviteLink:
    return invite_links.switch_on(org=org, terms=terms, limits=Limits(now + LIFE), actor=owner, now=now)


def change(org: Organization, **columns: Any) -> None:
    with company_scope(org.pk):
        Invitation.objects.filter(org=org).update(**columns)


def page(name: str, token: str) -> str:
    return reverse(f"access:{name}", args=[token])


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def everything() -> list[Any]:
    with platform_scope():
        rows: list[Any] = [*Invitation.objects.values(), *InviteLink.objects.values("uses", "off_at")]
        return [*rows, *Membership.objects.values(), *User.objects.values("pk", "email")]


def test_new_person_creates_an_account_and_is_in(client: Client, org: Organization, invited: str) -> None:
    html = text(client, page("invitation", invited))
    assert "Join Northwind Robotics" in html
    assert "Create an employee account" in html
    response = client.post(page("invitation_account", invited), ACCOUNT, follow=True)
    assert response.redirect_chain[-1][0] == f"/o/{org.slug}/"
    assert "You are in Northwind Robotics now." in response.content.decode()
    assert Client().login(email=PRIYA, password=ACCOUNT["password"])


def test_new_account_with_errors_keeps_what_was_typed(client: Client, invited: str) -> None:
    wrong = ACCOUNT | {"last_name": "", "password": "short"}
    response = client.post(page("invitation_account", invited), wrong)
    html = response.content.decode()
    assert response.status_code == 400
    assert "Enter your last name." in html
    assert 'value="Priya"' in html
    assert "short" not in html.replace("too short", "")
    assert not User.objects.filter(email=PRIYA).exists()


def test_role_company_and_address_in_the_form_mean_nothing(
    client: Client, org: Organization, outsider: Membership, invited: str
) -> None:
    more = {"role": "owner", "org": outsider.org.slug, "email": "else@example.net", "level": "full"}
    client.post(page("invitation_account", invited), ACCOUNT | more)
    member = Membership.objects.get(user__email=PRIYA)
    assert (member.org, member.role, member.level) == (org, "employee", "read_only")


def test_existing_account_logs_in_and_joins(client: Client, org: Organization, invited: str) -> None:
    user = UserFactory(email=PRIYA)
    html = text(client, page("invitation", invited))
    assert f"Log in as {PRIYA}" in html
    assert "Create an employee account" not in html
    target = page("invitation", invited)
    response = client.post(f"/login/?next={target}", {"login": PRIYA, "password": PASSWORD, "next": target})
    assert response.headers["Location"] == target
    response = client.post(page("invitation_accept", invited))
    assert response.headers["Location"] == f"/o/{org.slug}/"
    assert Membership.objects.filter(org=org, user=user).exists()
    assert "You are in Northwind Robotics already." in text(client, target)


def test_another_account_is_told_whom_the_invitation_is_for(login: Login, invited: str) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=PRIYA, verified=False, primary=False)
    client = login(user)
    html = text(client, page("invitation", invited))
    assert f"You are logged in as {user.email}" in html
    assert "Use another account" in html
    response = client.post(page("invitation_accept", invited), follow=True)
    assert f"This invitation is for {PRIYA}." in response.content.decode()
    client.post(page("invitation_account", invited), ACCOUNT)
    assert not Membership.objects.filter(user=user).exists()
    assert not User.objects.filter(email=PRIYA).exists()


def test_looking_uses_nothing_up(client: Client, login: Login, invited: str, link: InviteLink) -> None:
    before = everything()
    for who in (client, login(UserFactory(email=PRIYA))):
        known = everything()
        for name in ("invitation", "join"):
            token = invited if name == "invitation" else link_token(link)
            for _ in range(2):
                assert who.get(page(name, token)).status_code == 200
                assert who.head(page(name, token)).status_code == 200
        assert who.get(page("invitation_accept", invited)).status_code == 405
        assert who.get(page("join_accept", link_token(link))).status_code == 405
        assert everything() == known
    assert len(everything()) == len(before) + 1  # Priya's account


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"revoked_at": timezone.now()}, "This invitation was withdrawn."),
        ({"expires_at": timezone.now() - dt.timedelta(days=1)}, "Ask for a new invitation"),
    ],
)
def test_ended_invitation_says_why_and_lets_nobody_in(
    client: Client, org: Organization, invited: str, columns: dict[str, Any], sentence: str
) -> None:
    change(org, **columns)
    assert sentence in text(client, page("invitation", invited), 410)
    client.post(page("invitation_account", invited), ACCOUNT)
    assert not User.objects.filter(email=PRIYA).exists()


def test_used_invitation_says_so(client: Client, org: Organization, invited: str) -> None:
    client.post(page("invitation_account", invited), ACCOUNT)
    assert "This invitation was used." in text(Client(), page("invitation", invited), 410)


def test_replaced_invitation_names_the_newer_one(
    client: Client, org: Organization, owner: Membership, terms: Terms, invited: str, now: dt.datetime
) -> None:
    invitations.invite(org=org, emails=[PRIYA], terms=terms, actor=owner, now=now + dt.timedelta(days=1))
    assert "A newer invitation was sent to you." in text(client, page("invitation", invited), 410)


def test_asking_for_a_new_one_mails_the_inviter(
    client: Client, org: Organization, owner: Membership, invited: str
) -> None:
    change(org, expires_at=timezone.now())
    response = client.post(page("invitation_ask", invited), follow=True)
    assert "Asked." in response.content.decode()
    assert any(f"{PRIYA} asks" in mail for mail in mailed.texts(owner.user.email))


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "ü", "../x"])
def test_unknown_token_is_not_found_whatever_it_looks_like(client: Client, token: str) -> None:
    pages = ("invitation", "invitation_accept", "invitation_account", "invitation_ask", "join", "join_accept")
    addresses = [page(name, "TOKEN").replace("TOKEN", token) for name in pages]
    assert {client.post(address, ACCOUNT).status_code for address in addresses if "accept" in address} == {404}
    assert {client.get(page(name, "x")).status_code for name in ("invitation", "join", "join_account")} == {404}
    assert {client.post(address, ACCOUNT).status_code for address in addresses[2:4]} == {404}


def test_token_of_one_purpose_is_nothing_for_the_other(client: Client, invited: str, link: InviteLink) -> None:
    assert client.get(page("invitation", link_token(link))).status_code == 404
    assert client.get(page("join", invited)).status_code == 404
    assert client.get(page("invitation", invited.swapcase())).status_code == 404


def test_full_company_says_so(client: Client, org: Organization, invited: str, link: InviteLink, settings: Any) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    for url in (page("invitation", invited), page("join", link_token(link))):
        html = text(client, url, 410)
        assert "has reached 1 accounts" in html
        assert settings.SUPPORT_EMAIL in html


def test_joining_works_while_tracker_is_off_and_says_so(
    client: Client, org: Organization, owner: Membership, invited: str
) -> None:
    Organization.objects.filter(pk=org.pk).update(
        state=State.DEACTIVATED, retention_ends_at=timezone.now() + dt.timedelta(days=9)
    )
    assert "Tracker is switched off there" in text(client, page("invitation", invited))
    client.post(page("invitation_account", invited), ACCOUNT)
    assert Membership.objects.filter(org=org, user__email=PRIYA).exists()


def test_blocked_member_is_not_let_in_again(
    login: Login, org: Organization, viewer: Membership, link: InviteLink
) -> None:
    Membership.objects.filter(pk=viewer.pk).update(blocked_at=timezone.now())
    client = login(viewer)
    assert "is blocked in Northwind Robotics" in text(client, page("join", link_token(link)))
    client.post(page("join_accept", link_token(link)))
    viewer.refresh_from_db()
    assert viewer.blocked_at


# --- by link -------------------------------------------------------------------------------------------
def test_stranger_joins_by_the_link(login: Login, org: Organization, stranger: User, link: InviteLink) -> None:
    client = login(stranger)
    assert "Join Northwind Robotics" in text(client, page("join", link_token(link)))
    response = client.post(page("join_accept", link_token(link)))
    assert response.headers["Location"] == f"/o/{org.slug}/"
    client.post(page("join_accept", link_token(link)))  # a double click
    assert Membership.objects.filter(org=org, user=stranger).count() == 1


def test_new_person_signs_up_confirms_and_is_led_back_to_the_link(
    client: Client, org: Organization, link: InviteLink
) -> None:
    token = link_token(link)
    assert "Create an employee account" in text(client, page("join", token))
    form = {"first_name": "Priya", "last_name": "Nair", "email": PRIYA, "password1": "a-long-enough-password"}
    response = client.post(page("join_account", token), form)
    assert response.headers["Location"] == "/confirm/"
    assert not Membership.objects.filter(user__email=PRIYA).exists()
    code = next(line.strip() for line in mailed.texts(PRIYA)[0].splitlines() if is_code(line.strip()))
    response = client.post("/confirm/", {"code": code})
    assert response.headers["Location"] == page("join", token)
    client.post(page("join_accept", token))
    assert Membership.objects.get(user__email=PRIYA).invite_link_id == link.pk


def is_code(line: str) -> bool:
    return 6 <= len(line) <= 10 and line.replace("-", "").isalnum() and line.upper() == line


def test_sign_up_of_a_known_address_answers_like_an_unknown_one(client: Client, link: InviteLink) -> None:
    UserFactory(email="known@example.net")
    form = {"first_name": "A", "last_name": "B", "password1": "a-long-enough-password"}
    answers = [
        Client().post(page("join_account", link_token(link)), form | {"email": email})
        for email in ("known@example.net", "unknown@example.net")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/confirm/")] * 2


def test_link_of_another_domain_says_so(
    login: Login, org: Organization, owner: Membership, terms: Terms, stranger: User, link: InviteLink, now: dt.datetime
) -> None:
    invite_links.change(org=org, terms=terms, limits=Limits(None, domains=("example.org",)), actor=owner, now=now)
    client = login(stranger)
    assert "this link does not let that address in" in text(client, page("join", link_token(link)))
    client.post(page("join_accept", link_token(link)))
    assert not Membership.objects.filter(user=stranger).exists()


def test_link_that_is_off_says_so(
    client: Client, org: Organization, owner: Membership, link: InviteLink, now: dt.datetime
) -> None:
    invite_links.switch_off(org=org, actor=owner, now=now)
    assert "This link was switched off." in text(client, page("join", link_token(link)), 410)


def test_join_page_names_no_members(client: Client, org: Organization, viewer: Membership, link: InviteLink) -> None:
    User.objects.filter(pk=viewer.user_id).update(last_name="Quetzalcoatl")
    html = text(client, page("join", link_token(link)))
    assert viewer.user.email not in html
    assert "Quetzalcoatl" not in html
