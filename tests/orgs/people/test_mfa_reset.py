"""An operator takes a lost second step away: with a reason, into the trail, with a mail, and all sessions end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import ProgrammingError
from django.test import Client

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.mail.models import Mail
from orgs.people import mfa_reset
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.factories import add_member
from tests.users import codes
from users.accounts.models import User
from users.login import mfa

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
FORM = {"reset": "on", "reason": "Called from the number we know"}


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def operator(stranger: User) -> User:
    stranger.is_staff = True
    stranger.save()
    return stranger


@pytest.fixture
def loser(admin: Membership) -> Membership:
    """Has an authenticator app and recovery codes, and has lost both."""
    codes.give_app(admin.user)
    codes.give_recovery_codes(admin.user)
    return admin


def shown_again(client: Client) -> Client:
    codes.again(client)
    return client


def page(user: User) -> str:
    return f"/operator/users/user/{user.pk}/change/"


def acts(org: Organization) -> list[tuple[str, dict[str, object]]]:
    with company_scope(org.pk):
        assert audit.broken_at(org) is None
        events = AuditEvent.objects.filter(action="operator.second_step").order_by("number")
        return [(event.target, event.data) for event in events]


def test_person_gets_in_by_password_alone_and_is_told(
    operator: User, loser: Membership, outsider: Membership, login: Login
) -> None:
    add_member(outsider.org, user=loser.user)
    logged_in = login(loser)
    assert codes.is_in(logged_in)
    response = shown_again(login(operator)).post(page(loser.user), FORM)
    assert response.status_code == 302
    assert not Authenticator.objects.filter(user=loser.user).exists()
    assert not codes.is_in(logged_in)
    again = Client()
    codes.enter_password(again, loser.user)
    assert codes.is_in(again)

    (text,) = [text for text in mailed.texts(loser.user.email) if "second step" in text]
    assert loser.user.email in text
    assert "All sessions have ended." in text
    for org in (loser.org, outsider.org):
        [(target, data)] = acts(org)
        assert (data["operator"], data["reason"]) == (operator.pk, FORM["reason"])
        assert Membership.objects.get(org=org, public_id=target).user_id == loser.user_id
    assert FORM["reason"] in LogEntry.objects.get().change_message


def test_companys_administrators_read_of_it(operator: User, loser: Membership, login: Login, owner: Membership) -> None:
    shown_again(login(operator)).post(page(loser.user), FORM)
    log = login(owner).get(f"/o/{loser.org.slug}/company/activity/?kind=security").content.decode()
    assert "reset the second step of" in log
    assert FORM["reason"] in log


@pytest.mark.parametrize("missing", ["reset", "reason"])
def test_nothing_happens_without_the_box_or_a_reason(
    missing: str, operator: User, loser: Membership, login: Login
) -> None:
    sent = {name: value for name, value in FORM.items() if name != missing}
    response = shown_again(login(operator)).post(page(loser.user), sent)
    assert response.status_code == 200
    assert mfa.has_one(loser.user_id)
    assert acts(loser.org) == []


def test_who_has_no_second_step_keeps_the_sessions(operator: User, owner: Membership, login: Login) -> None:
    logged_in = login(owner)
    response = shown_again(login(operator)).post(page(owner.user), FORM)
    assert response.status_code == 200
    assert "This person has no second step." in response.content.decode()
    assert codes.is_in(logged_in)
    assert acts(owner.org) == []


def test_operator_does_not_do_it_for_oneself(operator: User, login: Login, now: dt.datetime) -> None:
    codes.give_app(operator)
    response = shown_again(login(operator)).post(page(operator), FORM)
    assert "Another operator has to do this for you." in response.content.decode()
    with platform_scope(), pytest.raises(Refused):
        mfa_reset.reset(user=operator, operator=operator, reason="x", now=now)
    assert mfa.has_one(operator.pk)


def test_refusal_leaves_no_trace(operator: User, owner: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused), platform_scope():
        mfa_reset.reset(user=owner.user, operator=operator, reason="x", now=now)
    assert acts(owner.org) == []
    with platform_scope():
        assert not Mail.objects.filter(key__startswith="second-step").exists()


def test_page_does_not_exist_for_anybody_else(loser: Membership, owner: Membership, login: Login) -> None:
    assert login(owner).get("/operator/users/user/").status_code == 404
    for path in (page(loser.user), page(owner.user)):
        assert login(owner).get(path).status_code == 404
    assert login(owner).post(page(loser.user), FORM).status_code == 404
    assert Client().post(page(loser.user), FORM).status_code == 302
    assert mfa.has_one(loser.user_id)


def test_person_is_edited_by_nobody_there(operator: User, loser: Membership, login: Login) -> None:
    client = shown_again(login(operator))
    assert loser.user.email in client.get(f"/operator/users/user/?q={loser.user.email}").content.decode()
    client.post(page(loser.user), FORM | {"email": "mine@example.com", "is_staff": "on"})
    user = User.objects.get(pk=loser.user_id)
    assert (user.email, user.is_staff) == (loser.user.email, False)
    assert client.get("/operator/users/user/add/").status_code == 403
    assert client.post(f"/operator/users/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_control_a_company_cannot_do_it(loser: Membership) -> None:
    """Only the operator's role may delete these rows, and it sees nothing of the secrets in them."""
    with pytest.raises(ProgrammingError), company_scope(loser.org_id):
        mfa.take_away(loser.user_id)
    with pytest.raises(ProgrammingError), platform_scope():
        list(Authenticator.objects.values_list("data"))
