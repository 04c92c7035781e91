"""Answers at the doors of outsiders wait until their time has come."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from users.login import constant_time, middleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch, settings: object) -> list[float]:
    """How long each answer waited, if the work took no time."""
    found: list[float] = []
    monkeypatch.setattr(middleware, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=found.append))
    settings.EVEN_ANSWERS = True
    return found


@pytest.mark.parametrize(
    ("took", "left"), [(0.0, 0.8), (0.5, 0.3), (0.8, 0.0), (2.0, 0.0)], ids=["at once", "earlier", "just then", "late"]
)
def test_the_rest_of_the_time_is_waited_for(took: float, left: float) -> None:
    assert constant_time.wait("account_signup", "POST", took) == pytest.approx(left)


@pytest.mark.parametrize(("route", "method"), [("account_signup", "GET"), ("home", "GET"), (None, "POST")])
def test_other_answers_do_not_wait(route: str | None, method: str) -> None:
    assert constant_time.wait(route, method, 0.0) == 0


def test_known_and_unknown_addresses_both_wait(slept: list[float]) -> None:
    Client().post("/login/forgot/", {"email": "nobody@example.net"})
    assert slept == [constant_time.SHORT]


def test_pages_without_secrets_are_quick(slept: list[float]) -> None:
    client = Client()
    for path in ("/", "/login/", "/start/", "/no-such-page/"):
        client.get(path)
    assert slept == []
