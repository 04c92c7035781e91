"""Which errors are the database's absence. They are PostgreSQL's own: it raises what it is asked to raise."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from orgs.tenancy.scopes import forbid_writes
from tracker_portal.database import outage as database_outage
from tracker_portal.web import views

pytestmark = pytest.mark.django_db


def raised(code: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'asked for' USING ERRCODE = '{code}'; END $$")
    return found.value


@pytest.mark.parametrize(
    "code",
    ["57014", "57P01", "57P03", "53300", "53100", "08006", "25P03"],
    ids=["statement time-out", "shutdown", "starting", "too many", "disk full", "connection", "idle in transaction"],
)
def test_absence(code: str) -> None:
    assert database_outage.is_outage(raised(code))


@pytest.mark.parametrize(
    "code",
    ["40P01", "40001", "55P03", "23505", "42P01", "22012"],
    ids=["deadlock", "serialization", "lock", "unique", "no table", "division"],
)
def test_other_matters(code: str) -> None:
    assert not database_outage.is_outage(raised(code))


def test_write_on_a_read_page_is_a_fault_of_ours() -> None:
    with pytest.raises(DatabaseError, match="read-only transaction") as found, forbid_writes():
        connection.cursor().execute("DELETE FROM users_user")
    assert not database_outage.is_outage(found.value)
    assert not database_outage.is_outage(None)
    assert not database_outage.is_outage(ValueError())


def interrupted(code: str) -> SessionInterrupted:
    """What Django makes of a session that cannot be saved."""
    try:
        try:
            raise raised(code)
        except DatabaseError:
            raise UpdateError  # noqa: B904 (as Django does)
    except UpdateError as error:
        found = SessionInterrupted("deleted")
        found.__context__ = error
        return found


@pytest.mark.parametrize(("code", "status"), [("42P01", 400), ("40001", 400)])
def test_session_that_is_gone_is_no_outage(code: str, status: int) -> None:
    assert views.bad_request(RequestFactory().get("/"), interrupted(code)).status_code == status


def test_every_wait_has_an_end() -> None:
    """The web's is in wsgi.py; these are what a process has that says nothing."""
    options = settings.DATABASES["default"]["OPTIONS"]
    assert f"statement_timeout={settings.STATEMENT_SECONDS}s" in options["options"]
    assert {"connect_timeout", "tcp_user_timeout", "keepalives_idle"} <= options.keys()
    assert 0 < settings.STATEMENT_SECONDS < settings.CELERY_TASK_TIME_LIMIT
