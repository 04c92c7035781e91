"""`/healthz` and `/readyz`: what they answer when all is well, when something is late, and without a database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from orgs.mail import mail_sender
from tests.orgs.mail.mails import post
from tests.orgs.mail.processes import Portal, wait_until
from tests.orgs.mail.sink import At, Sink
from tracker_portal import health

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)
LATER = dt.timedelta(minutes=6)


@pytest.fixture(autouse=True)
def no_heartbeat() -> None:
    cache.delete(health.HEARTBEAT)


@pytest.fixture
def beating(no_heartbeat: None) -> None:
    """Worker and beat ran a moment ago."""
    health.note_heartbeat()


def readyz() -> HttpResponse:
    return Client().get("/readyz")


def alerts() -> list[str]:
    response = readyz()
    assert response.status_code == HTTPStatus.OK
    return response.json()["alerts"]


# --- what is late -----------------------------------------------------------------------------------------
def test_all_is_well(beating: None) -> None:
    assert readyz().json() == {"ready": True, "alerts": []}


def test_missing_heartbeat_is_told() -> None:
    [alert] = alerts()
    assert "beat or the worker" in alert


def test_old_heartbeat_is_told(beating: None, now: dt.datetime) -> None:
    assert health.find_alerts(now + dt.timedelta(minutes=4)) == []
    assert len(health.find_alerts(now + LATER)) == 1


@commits
def test_heartbeat_comes_from_beat_through_a_worker(portal: Portal) -> None:
    portal.supervise()
    wait_until(lambda: portal.tend() or alerts() == [])


def test_mail_that_waits_for_long_is_told(smtp_sink: Sink, beating: None, now: dt.datetime) -> None:
    post()
    with smtp_sink.stopped():
        mail_sender.drain()
    assert alerts() == []
    assert any(alert.startswith("1 mails have waited") for alert in health.find_alerts(now + LATER))


def test_mail_that_cannot_be_opened_is_told(smtp_sink: Sink, now: dt.datetime, settings: object) -> None:
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "a key that nobody knows any more"
    post()
    settings.SECRET_KEY = ours
    mail_sender.drain()
    assert any("have waited" in alert for alert in health.find_alerts(now + LATER))


def test_mail_that_is_done_with_is_not_told(smtp_sink: Sink, now: dt.datetime) -> None:
    """Sent, or refused for good: an address that does not exist is everyday life."""
    post()
    smtp_sink.fails(At.RECIPIENT, "550 No such person", only_to=post())
    mail_sender.drain()
    assert not any("waited" in alert for alert in health.find_alerts(now + LATER))


# --- without a database -----------------------------------------------------------------------------------
@contextmanager
def down() -> Iterator[None]:
    """Nobody listens where the database was."""
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = 1
    try:
        yield
    finally:
        connection.settings_dict["PORT"] = port


@contextmanager
def lost() -> Iterator[None]:
    """The connection of this process has been closed under its feet, as by a restart."""
    connection.ensure_connection()
    connection.connection.close()
    try:
        yield
    finally:
        connection.close()


@commits
@pytest.mark.parametrize("trouble", [down, lost], ids=lambda trouble: trouble.__name__)
def test_without_a_database_the_portal_is_not_ready(beating: None, trouble: Callable[[], contextmanager]) -> None:
    with trouble():
        response = readyz()
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json()["ready"] is False

    assert readyz().status_code == HTTPStatus.OK


@commits
def test_process_answers_without_a_database() -> None:
    with down():
        response = Client().get("/healthz")
    assert (response.status_code, response.content) == (HTTPStatus.OK, b"ok")


def test_health_pages_read_no_session(beating: None) -> None:
    """A monitor asks every few seconds: its visits leave nothing behind."""
    assert not readyz().cookies
    assert not Client().get("/healthz").cookies
