"""A sign-up that nobody confirmed is worth nothing and reserves nothing (product.md §3)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from access.invitations import invitations
from access.members import accounts
from access.members.accounts import Account
from access.members.members import Terms
from orgs import tasks
from orgs.domains.models import Domain, DomainState
from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, TrialRequest
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.factories import PASSWORD, UserFactory
from users.accounts import addresses, unconfirmed
from users.accounts.models import User

pytestmark = pytest.mark.django_db

EMAIL = "maya@northwind.example"
TYPED = {
    "company_name": "Evil Engines",
    "country": "GB",
    "time_zone": "UTC",
    "first_name": "Mallory",
    "last_name": "Malice",
    "email": EMAIL,
    "password1": "chosen-by-mallory-alone",
}
OWN = "chosen-by-maya-alone"
CODE = re.compile(r"^\s*([A-Z0-9]{3,6}-[A-Z0-9]{3,6})\s*$", re.MULTILINE)
RESET = re.compile(r"(/login/reset/\S+)")


@pytest.fixture
def mallory(db: None) -> Client:
    """A browser that signed up with Maya's address and waits for its code."""
    return sign_up()


@pytest.fixture
def terms(org: Organization) -> Terms:
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def domain(org: Organization, now: dt.datetime) -> Domain:
    facts: dict[str, Any] = {"state": DomainState.VERIFIED, "is_primary": True, "verified_at": now, "checked_at": now}
    with company_scope(org.pk):
        return Domain.objects.create(org=org, name="northwind.example", challenge="x", added_at=now, **facts)


def sign_up(**changes: str) -> Client:
    cache.clear()
    client = Client()
    assert client.post("/start/", TYPED | changes).headers["Location"] == "/confirm/"
    return client


def newest_code(email: str = EMAIL) -> str:
    return next(found[1] for text in reversed(mailed.texts(email)) if (found := CODE.search(text)))


def log_in(client: Client, password: str) -> Any:
    cache.clear()
    return client.post("/login/", {"login": EMAIL, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/me/sessions/").status_code == 200


def nothing_is_left_of_mallory(client: Client) -> None:
    """Neither the name nor the password nor the company; and the waiting browser gets no further."""
    user = User.objects.get(email=EMAIL)
    assert "Mallory" not in user.full_name
    assert not user.check_password(TYPED["password1"])
    assert not TrialRequest.objects.exists()
    assert not Organization.objects.filter(name="Evil Engines").exists()
    assert EmailAddress.objects.get(user=user).verified
    for data in ({"code": newest_code()}, {"action": "change", "email": "mallory@evil.example"}, {"action": "resend"}):
        assert client.post("/confirm/", data).status_code < 500
    assert log_in(Client(), TYPED["password1"]).status_code == 400
    assert not is_in(client)
    assert User.objects.get(pk=user.pk).email == EMAIL


# --- The code, in the browser that began it ------------------------------------------------------------
def test_code_in_the_browser_that_began_it_keeps_what_was_typed(mallory: Client) -> None:
    mallory.post("/confirm/", {"code": newest_code()})
    assert is_in(mallory)
    assert User.objects.get(email=EMAIL).check_password(TYPED["password1"])
    assert Organization.objects.get().name == "Evil Engines"


def test_password_of_a_sign_up_opens_nothing_in_another_browser(mallory: Client) -> None:
    other = Client()
    assert log_in(other, TYPED["password1"]).status_code == 400
    assert len(mailed.texts(EMAIL)) == 1


def test_browser_that_began_it_may_log_in_later_and_then_enter_a_code(mallory: Client) -> None:
    response = log_in(mallory, TYPED["password1"])
    assert response.headers["Location"] == "/confirm/"
    mallory.post("/confirm/", {"code": newest_code()})
    assert is_in(mallory)


def test_code_in_another_browser_confirms_nothing(mallory: Client) -> None:
    """Should another one ever wait for a code of it."""
    session = mallory.session
    session[unconfirmed.BEGAN] = 0
    session.save()
    mallory.post("/confirm/", {"code": newest_code()})
    assert not is_in(mallory)
    assert not EmailAddress.objects.get(email=EMAIL).verified


# --- Every other proof ---------------------------------------------------------------------------------
def test_invitation_makes_an_empty_account(
    mallory: Client, org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invitations.invite(org=org, emails=[EMAIL], terms=terms, actor=owner, now=now)
    url = f"/invitation/{mailed.token(EMAIL)}/"
    client = Client()
    assert "Create an employee account" in client.get(url).content.decode()
    person = {"first_name": "Maya", "last_name": "Chen", "password": OWN}
    client.post(f"{url}account/", person)
    assert is_in(client)
    assert Membership.objects.get(org=org, user__email=EMAIL).name == "Maya Chen"
    nothing_is_left_of_mallory(mallory)


def test_account_is_created_on_the_companys_domain(
    mallory: Client, org: Organization, owner: Membership, domain: Domain, terms: Terms, now: dt.datetime
) -> None:
    account = Account("Maya", "Chen", dt.date(1990, 3, 27), "maya", domain.name)
    member = accounts.create(org=org, account=account, password=OWN, terms=terms, actor=owner, now=now)
    assert member.user.check_password(OWN)
    nothing_is_left_of_mallory(mallory)


def test_login_that_only_a_sign_up_bears_is_free(mallory: Client, org: Organization, domain: Domain) -> None:
    with company_scope(org.pk):
        assert "maya" in accounts.suggestions(org, first_name="Maya", last_name="Chen", domain=domain.name)
    assert not addresses.has_account(EMAIL)


def test_link_to_a_new_password_makes_an_empty_account(mallory: Client) -> None:
    client = Client()
    client.post("/login/forgot/", {"email": EMAIL})
    found = RESET.search(mailed.texts(EMAIL)[-1])
    assert found
    form = client.get(found[1], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": OWN, "password2": OWN})
    nothing_is_left_of_mallory(mallory)
    response = log_in(client, OWN)
    assert response.headers["Location"] == "/me/"  # where an account without a name begins
    assert is_in(client)
    assert not Organization.objects.exists()


def test_another_sign_up_takes_its_place(mallory: Client) -> None:
    maya = sign_up(first_name="Maya", last_name="Chen", company_name="Maya’s", password1=OWN)
    code = newest_code()
    mallory.post("/confirm/", {"code": code})
    assert not is_in(mallory)
    maya.post("/confirm/", {"code": code})
    assert is_in(maya)
    assert User.objects.get(email=EMAIL).full_name == "Maya Chen"
    assert [org.name for org in Organization.objects.all()] == ["Maya’s"]


def test_somebody_with_an_account_changes_to_the_address(mallory: Client, login: Any) -> None:
    maya = UserFactory(email="maya@elsewhere.example")
    client = login(maya)
    client.post("/login/again/", {"password": PASSWORD})
    cache.clear()
    client.post("/me/email/", {"action_add": "", "email": EMAIL})
    client.post("/confirm/", {"code": newest_code()})
    assert addresses.owner_of(EMAIL) == maya
    assert not User.objects.filter(email=EMAIL).exclude(pk=maya.pk).exists()


# --- Three days ----------------------------------------------------------------------------------------
def age(email: str, days: dt.timedelta) -> None:
    User.objects.filter(email=email).update(date_joined=timezone.now() - days)


def test_sign_up_is_deleted_after_three_days_and_nothing_else(mallory: Client, org: Organization) -> None:
    confirmed = User.objects.exclude(email=EMAIL).get()
    confirmed_age = dt.timedelta(days=99)
    age(confirmed.email, confirmed_age)
    operator = User.objects.create_user("operator@example.com", first_name="Op", is_staff=True)
    erased = User.objects.create_user("erased-7@erased.invalid", first_name="", is_active=False)
    for user in (operator, erased):
        age(user.email, confirmed_age)
    age(EMAIL, unconfirmed.LIFE - dt.timedelta(minutes=1))
    tasks.delete_unconfirmed()
    assert User.objects.filter(email=EMAIL).exists()
    age(EMAIL, unconfirmed.LIFE)
    tasks.delete_unconfirmed()
    tasks.delete_unconfirmed()
    assert set(User.objects.all()) == {confirmed, operator, erased}
    assert not TrialRequest.objects.exists()
    assert mallory.post("/confirm/", {"code": newest_code()}).status_code < 500


def test_any_number_is_deleted_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unconfirmed, "BATCH", 2)
    for number in range(5):
        User.objects.create_user(f"p{number}@example.com", first_name="P")
        age(f"p{number}@example.com", unconfirmed.LIFE)
    assert unconfirmed.delete_expired(timezone.now()) == 2
    tasks.delete_unconfirmed()
    assert not User.objects.exists()


def test_account_that_somebody_has_been_in_is_never_deleted(db: None) -> None:
    user = UserFactory(last_login=timezone.now())
    EmailAddress.objects.filter(user=user).delete()
    assert not unconfirmed.is_unconfirmed(user)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM users_user WHERE id = %s", [user.pk])
