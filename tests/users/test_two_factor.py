"""The authenticator app and its recovery codes: set up, asked for, used up, guessed, removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from orgs.mail import encryption, outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.tracker_portal.pages import main, text
from tests.users import codes
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
TOO_MANY = "Too many tries. Try again at"
GUESSES = 5  # in five minutes, for one account


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client_in(stranger: User, login: Login) -> Client:
    client = login(stranger)
    codes.again(client)
    return client


def subjects() -> list[str]:
    with platform_scope():
        return list(Mail.objects.order_by("id").values_list("subject", flat=True))


# --- setting up -------------------------------------------------------------------------------------------
def test_app_is_set_up_with_a_code_that_it_shows(
    stranger: User, client_in: Client, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    url = reverse("mfa_activate_totp")
    secret = codes.offered_secret(client_in.get(url))
    with django_capture_on_commit_callbacks(execute=True):
        done = client_in.post(url, {"code": codes.code_of(secret)}, follow=True)
    assert done.redirect_chain == [(reverse("mfa_view_recovery_codes"), 302)]
    assert "10 of 10 are left." in main(done)
    assert "Authenticator app set up" in subjects()
    assert Authenticator.objects.filter(user=stranger).count() == 2


def test_wrong_code_sets_nothing_up_and_keeps_the_key(stranger: User, client_in: Client) -> None:
    url = reverse("mfa_activate_totp")
    secret = codes.offered_secret(client_in.get(url))
    refused = client_in.post(url, {"code": codes.wrong_code(secret)})
    assert "This code does not fit." in main(refused)
    assert text(refused).startswith("Error:")
    assert codes.offered_secret(refused) == secret
    assert not Authenticator.objects.filter(user=stranger).exists()


def test_setting_up_asks_first_who_is_there_and_returns(stranger: User, login: Login) -> None:
    client, url = login(stranger), reverse("mfa_activate_totp")
    asked = client.get(url, follow=True)
    assert asked.redirect_chain == [(f"{reverse('account_reauthenticate')}?next={quote(url, safe='')}", 302)]
    assert "Enter your password again" in main(asked)
    back = client.post(asked.redirect_chain[0][0], {"password": codes.PASSWORD, "next": url})
    assert back.url == url
    assert client.get(url).status_code == 200


def test_picture_is_one_that_the_policy_lets_through(client_in: Client) -> None:
    page = client_in.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


def test_secrets_are_sealed_in_the_database(stranger: User) -> None:
    secret = codes.give_app(stranger)
    codes.give_recovery_codes(stranger)
    stored = {row.type: row.data for row in Authenticator.objects.filter(user=stranger)}
    assert secret not in str(stored)
    assert encryption.unseal(stored["totp"]["secret"].encode()) == secret
    assert len(encryption.unseal(stored["recovery_codes"]["seed"].encode())) == 80


# --- logging in -------------------------------------------------------------------------------------------
def test_password_alone_no_longer_lets_in(client: Client, stranger: User) -> None:
    codes.give_app(stranger)
    assert codes.enter_password(client, stranger).url == reverse("mfa_authenticate")
    assert not codes.is_in(client)


def test_control_without_a_second_step_it_does(client: Client, stranger: User) -> None:
    codes.enter_password(client, stranger)
    assert codes.is_in(client)


def test_code_lets_in_and_leads_where_one_wanted(client: Client, stranger: User) -> None:
    secret = codes.give_app(stranger)
    codes.enter_password(client, stranger, next="/me/sessions/")
    assert codes.enter_code(client, codes.code_of(secret)).url == "/me/sessions/"
    assert codes.is_in(client)


def test_code_page_is_nobodys_before_the_password(client: Client, stranger: User) -> None:
    codes.give_app(stranger)
    assert client.get(reverse("mfa_authenticate")).url == reverse("account_login")


def test_wrong_code_does_not_let_in(client: Client, stranger: User) -> None:
    secret = codes.give_app(stranger)
    codes.enter_password(client, stranger)
    refused = codes.enter_code(client, codes.wrong_code(secret))
    assert "This code does not fit." in text(refused)
    assert not codes.is_in(client)


def test_code_works_once(stranger: User) -> None:
    secret = codes.give_app(stranger)
    with time_machine.travel(time.time(), tick=False):
        code, first, second = codes.code_of(secret), Client(), Client()
        codes.enter_password(first, stranger)
        codes.enter_password(second, stranger)
        codes.enter_code(first, code)
        assert "This code does not fit." in text(codes.enter_code(second, code))
    assert codes.is_in(first)
    assert not codes.is_in(second)


def test_code_of_half_a_minute_ago_does_not_let_in(client: Client, stranger: User) -> None:
    secret = codes.give_app(stranger)
    with time_machine.travel(time.time() - codes.PERIOD, tick=False):
        old = codes.code_of(secret)
    codes.enter_password(client, stranger)
    codes.enter_code(client, old)
    assert not codes.is_in(client)


def test_guessing_is_stopped_for_the_account_in_all_browsers(stranger: User) -> None:
    secret = codes.give_app(stranger)
    for _ in range(GUESSES):
        client = Client()
        codes.enter_password(client, stranger)
        codes.enter_code(client, codes.wrong_code(secret))
    cache_of_addresses_is_not_what_stops = Client(REMOTE_ADDR="203.0.113.9")
    codes.enter_password(cache_of_addresses_is_not_what_stops, stranger)
    refused = codes.enter_code(cache_of_addresses_is_not_what_stops, codes.code_of(secret))
    assert TOO_MANY in text(refused)
    assert not codes.is_in(cache_of_addresses_is_not_what_stops)


def test_control_without_limits_guessing_goes_on(stranger: User, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    secret, client = codes.give_app(stranger), Client()
    codes.enter_password(client, stranger)
    for _ in range(GUESSES + 1):
        codes.enter_code(client, codes.wrong_code(secret))
    codes.enter_code(client, codes.code_of(secret))
    assert codes.is_in(client)


# --- recovery codes ---------------------------------------------------------------------------------------
def test_recovery_code_lets_in_once(stranger: User) -> None:
    codes.give_app(stranger)
    recovery = codes.give_recovery_codes(stranger)
    first, second = Client(), Client()
    codes.enter_password(first, stranger)
    codes.enter_code(first, recovery[0])
    codes.enter_password(second, stranger)
    codes.enter_code(second, recovery[0])
    assert codes.is_in(first)
    assert not codes.is_in(second)
    codes.enter_code(second, recovery[1])
    assert codes.is_in(second)


def test_used_recovery_code_is_no_longer_shown(stranger: User, client_in: Client) -> None:
    codes.give_app(stranger)
    recovery = codes.give_recovery_codes(stranger)
    codes.enter_password(other := Client(), stranger)
    codes.enter_code(other, recovery[0])
    page = main(client_in.get(reverse("mfa_view_recovery_codes")))
    assert recovery[0] not in page
    assert recovery[1] in page
    saved = client_in.get(reverse("mfa_download_recovery_codes"))
    assert recovery[1] in saved.content.decode()
    assert recovery[0] not in saved.content.decode()


def test_recovery_codes_are_shown_only_to_somebody_who_has_just_shown_who_they_are(
    stranger: User, login: Login
) -> None:
    codes.give_app(stranger)
    codes.give_recovery_codes(stranger)
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"):
        assert login(stranger).get(reverse(name)).url.startswith(reverse("account_reauthenticate"))


def test_new_recovery_codes_replace_the_old_ones(
    stranger: User, client_in: Client, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    codes.give_app(stranger)
    old = codes.give_recovery_codes(stranger)
    with django_capture_on_commit_callbacks(execute=True):
        page = client_in.post(reverse("mfa_generate_recovery_codes"), follow=True)
    assert "10 of 10 are left." in main(page)
    assert not any(code in main(page) for code in old)
    assert "New recovery codes" in subjects()


def test_recovery_codes_alone_are_no_second_step(client: Client, stranger: User) -> None:
    codes.give_recovery_codes(stranger)
    codes.enter_password(client, stranger)
    assert codes.is_in(client)


# --- removing ---------------------------------------------------------------------------------------------
def test_removing_the_app_removes_the_codes_and_is_told_by_mail(stranger: User, client_in: Client) -> None:
    codes.give_app(stranger)
    codes.give_recovery_codes(stranger)
    done = client_in.post(reverse("mfa_deactivate_totp"), follow=True)
    assert "The authenticator app is removed." in text(done)
    assert not Authenticator.objects.filter(user=stranger).exists()
    with platform_scope():
        mail = Mail.objects.get(subject="Authenticator app removed")
        assert "The authenticator app was removed from your account." in outbox.open_letter(mail).text
        assert "was removed from your account" in outbox.open_letter(mail).html


def test_nobody_reaches_another_persons_passkey(stranger: User, client_in: Client, outsider: object) -> None:
    foreign = Authenticator.objects.create(user=outsider.user, type="webauthn", data={"name": "Theirs"})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client_in.get(reverse(name, args=[foreign.pk])).status_code == 404
        assert client_in.post(reverse(name, args=[foreign.pk]), {"name": "Mine"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.data["name"] == "Theirs"


# --- what outsiders see -----------------------------------------------------------------------------------
def test_outsiders_cannot_tell_whether_an_account_has_a_second_step(stranger: User, outsider: object) -> None:
    codes.give_app(stranger)
    pages = []
    for email in (stranger.email, outsider.user.email, "nobody@example.com"):
        page = Client().post(reverse("account_login"), {"login": email, "password": "wrong-password-1"})
        pages.append(main(page).replace(email, "the address"))
        cache.clear()
    assert pages[0] == pages[1] == pages[2]
    assert "Log in to Tracker" in pages[0]


def test_security_page_says_what_is_set_up(stranger: User, login: Login) -> None:
    client = login(stranger)
    before = main(client.get(reverse("mfa_index")))
    assert "Set up an app" in before
    assert "Recovery codes" not in before
    codes.give_app(stranger)
    codes.give_recovery_codes(stranger)
    after = main(client.get(reverse("mfa_index")))
    assert "Remove the app" in after
    assert "10 of 10 are left." in after
