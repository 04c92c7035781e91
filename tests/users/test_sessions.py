"""`Sessions`: where a person is logged in, and the end of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of
from tests.users import codes
from users.accounts.models import User
from users.login import devices, sessions

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]
URL = "/me/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def browser(user: User, agent: str, address: str) -> Client:
    """A browser in which somebody has logged in with the password."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    codes.enter_password(client, user)
    assert codes.is_in(client)
    return client


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.fixture
def laptop(stranger: User) -> Client:
    return browser(stranger, FIREFOX, "198.51.100.7")


@pytest.fixture
def phone(stranger: User) -> Client:
    return browser(stranger, IPHONE, "203.0.113.9")


def test_list_shows_device_address_and_which_one_this_is(laptop: Client, phone: Client) -> None:
    page = main(laptop.get(URL))
    assert "Firefox on Windows This session" in page
    assert "198.51.100.7" in page
    assert "Safari on iPhone" in page
    assert "203.0.113.9" in page
    assert page.count("This session") == 1


def test_list_never_shows_a_session_key(laptop: Client, phone: Client) -> None:
    html = laptop.get(URL).content.decode()
    assert phone.session.session_key not in html
    assert laptop.session.session_key not in html


def test_list_shows_nobody_elses_sessions(laptop: Client, outsider: object) -> None:
    browser(outsider.user, FIREFOX, "192.0.2.44")
    assert "192.0.2.44" not in main(laptop.get(URL))


def test_ended_session_is_out_at_once(laptop: Client, phone: Client) -> None:
    done = laptop.post(reverse("session_end"), {"session": row_of(phone).pk}, follow=True)
    assert "Logged out: Safari on iPhone." in done.content.decode()
    assert not codes.is_in(phone)
    assert codes.is_in(laptop)
    assert "203.0.113.9" not in main(laptop.get(URL))


def test_control_a_session_whose_row_alone_is_deleted_is_still_in(phone: Client) -> None:
    row_of(phone).delete()
    assert codes.is_in(phone)


def test_all_others_are_ended_at_once(laptop: Client, phone: Client, stranger: User, outsider: object) -> None:
    tablet, other = browser(stranger, FIREFOX, "192.0.2.1"), browser(outsider.user, FIREFOX, "192.0.2.44")
    done = laptop.post(reverse("session_end_others"), follow=True)
    assert "Logged out of 2 other sessions." in done.content.decode()
    assert [codes.is_in(one) for one in (laptop, phone, tablet, other)] == [True, False, False, True]


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "²", "0"])
def test_session_that_is_none_is_not_found(laptop: Client, number: str) -> None:
    assert laptop.post(reverse("session_end"), {"session": number}).status_code == 404


def test_neither_a_foreign_session_nor_this_one_can_be_ended_here(laptop: Client, outsider: object) -> None:
    other = browser(outsider.user, FIREFOX, "192.0.2.44")
    for client in (other, laptop):
        assert laptop.post(reverse("session_end"), {"session": row_of(client).pk}).status_code == 404
        assert codes.is_in(client)


def test_new_password_ends_the_other_sessions(laptop: Client, phone: Client) -> None:
    new = {"oldpassword": codes.PASSWORD, "password1": "quite-another-one", "password2": "quite-another-one"}
    laptop.post(reverse("account_change_password"), new)
    assert codes.is_in(laptop)
    assert not codes.is_in(phone)
    assert main(laptop.get(URL)).count("198.51.100.7") == 1
    assert "203.0.113.9" not in main(laptop.get(URL))
    assert Session.objects.count() == 1


def test_activity_is_noted_at_most_every_ten_minutes(stranger: User, now: dt.datetime) -> None:
    with time_machine.travel(now, tick=False):
        client = browser(stranger, FIREFOX, "198.51.100.7")
    for later, noted in ((dt.timedelta(minutes=9), now), (dt.timedelta(minutes=10), now + dt.timedelta(minutes=10))):
        with time_machine.travel(now + later, tick=False):
            client.get(URL)
        assert row_of(client).last_seen_at == noted


def test_session_that_no_login_noted_is_listed_after_ten_minutes_at_the_latest(stranger: User, login: Login) -> None:
    client = login(stranger)
    with time_machine.travel(timezone.now() + sessions.STEP, tick=False):
        client.get(URL)
        assert main(client.get(URL)).count("This session") == 1


def test_expired_session_is_not_listed(laptop: Client, phone: Client, stranger: User) -> None:
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())
    assert "203.0.113.9" not in main(laptop.get(URL))
    assert sessions.live(stranger.pk, timezone.now()).count() == 1


def test_queries_do_not_grow_with_the_sessions_and_the_list_is_paged(laptop: Client, stranger: User) -> None:
    before = queries_of(laptop, URL)
    now = timezone.now()
    keys = [f"{number:032}" for number in range(60)]
    expires = now + dt.timedelta(days=1)
    Session.objects.bulk_create(Session(session_key=key, session_data="", expire_date=expires) for key in keys)
    UserSession.objects.bulk_create(
        UserSession(user=stranger, session_key=key, ip="192.0.2.1", user_agent=IPHONE, last_seen_at=now) for key in keys
    )
    assert queries_of(laptop, URL) == before <= 8
    assert main(laptop.get(URL)).count("Safari on iPhone") <= 2 * 50
    assert "Next" in main(laptop.get(URL))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Linux"),
        ("curl/8.5.0", "Unknown device"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("", "Unknown device"),
    ],
)
def test_device_is_named_from_what_the_browser_says(agent: str, name: str) -> None:
    assert devices.name(agent) == name
