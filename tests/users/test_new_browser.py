"""A login in a browser that the person never used is told to them by mail."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.users import codes
from users.accounts.models import User
from users.login import browsers

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
SUBJECT = "New login to Tracker: Firefox on Windows"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def firefox() -> Client:
    return Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="198.51.100.7")


def mails_to(user: User) -> list[Mail]:
    with platform_scope():
        return list(Mail.objects.filter(to=user.email).order_by("id"))


def test_first_login_in_a_browser_is_told_with_device_address_and_where_to_end_it(
    firefox: Client, stranger: User
) -> None:
    codes.enter_password(firefox, stranger)
    [mail] = mails_to(stranger)
    assert mail.subject == SUBJECT
    for said in (outbox.open_letter(mail).text, outbox.open_letter(mail).html):
        assert "Firefox on Windows" in said
        assert "198.51.100.7" in said
        assert reverse("session_list") in said


def test_second_login_in_it_is_not_told(firefox: Client, stranger: User) -> None:
    for _ in range(2):
        codes.enter_password(firefox, stranger)
        firefox.post(reverse("account_logout"))
    assert len(mails_to(stranger)) == 1


def test_control_without_its_cookie_it_is_told_again(firefox: Client, stranger: User) -> None:
    codes.enter_password(firefox, stranger)
    firefox.post(reverse("account_logout"))
    del firefox.cookies[browsers.COOKIE]
    codes.enter_password(firefox, stranger)
    assert len(mails_to(stranger)) == 2


def test_somebody_else_in_the_same_browser_is_told(firefox: Client, stranger: User, outsider: object) -> None:
    codes.enter_password(firefox, stranger)
    firefox.post(reverse("account_logout"))
    codes.enter_password(firefox, outsider.user)
    assert [mail.subject for mail in mails_to(outsider.user)] == [SUBJECT]
    firefox.post(reverse("account_logout"))
    codes.enter_password(firefox, stranger)
    assert len(mails_to(stranger)) == 1


def test_password_without_the_second_step_is_no_login(firefox: Client, stranger: User) -> None:
    secret = codes.give_app(stranger)
    codes.enter_password(firefox, stranger)
    assert mails_to(stranger) == []
    codes.enter_code(firefox, codes.code_of(secret))
    assert [mail.subject for mail in mails_to(stranger)] == [SUBJECT]


@pytest.mark.parametrize("forged", ["1", "x.y.z", "." * 2000, "None"])
def test_cookie_that_we_did_not_make_silences_nothing(firefox: Client, stranger: User, forged: str) -> None:
    firefox.cookies[browsers.COOKIE] = forged
    codes.enter_password(firefox, stranger)
    assert len(mails_to(stranger)) == 1


def test_each_browser_has_a_value_of_its_own(firefox: Client, stranger: User) -> None:
    other = Client(HTTP_USER_AGENT=FIREFOX)
    for client in (firefox, other):
        codes.enter_password(client, stranger)
    assert firefox.cookies[browsers.COOKIE].value != other.cookies[browsers.COOKIE].value


def is_known(client: Client, user: User) -> bool:
    request = RequestFactory().get("/")
    request.COOKIES[browsers.COOKIE] = client.cookies[browsers.COOKIE].value
    return browsers.is_known(request, User.objects.get(pk=user.pk))


def test_new_password_ends_all_values(firefox: Client, stranger: User) -> None:
    codes.enter_password(firefox, stranger)
    assert is_known(firefox, stranger)
    stranger.set_password("another-long-password")
    stranger.save()
    assert not is_known(firefox, stranger)


def test_log_out_everywhere_else_ends_the_values_of_others(firefox: Client, stranger: User) -> None:
    other = Client()
    for client in (firefox, other):
        codes.enter_password(client, stranger)
    firefox.post(reverse("session_end_others"))
    assert is_known(firefox, stranger)
    assert not is_known(other, stranger)
    assert codes.is_in(firefox)
    assert not codes.is_in(other)
