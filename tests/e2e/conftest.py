"""A browser, a mail server and a Celery worker around the live server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.e2e.ways import DESKTOP
from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink
from tracker_portal.celery import app
from users.accounts.models import User

__all__ = ["broker", "portal", "smtp_sink"]

PATIENCE = 15_000  # milliseconds a step may take
expect.set_options(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    """The cache holds the rate limits of the browser before this one; no model owns its table, so nothing empties it."""
    cache.clear()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A Celery worker in a thread; it drains the outbox when it is woken."""
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        yield


@pytest.fixture
def open_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser context of its own, so each call is another person's browser."""
    contexts = []

    def open_one(*, viewport: dict[str, int] = DESKTOP, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def enter(open_page: Callable[..., Page], live_server: object) -> Callable[..., Page]:
    """A browser of a person who is logged in."""

    def enter_one(user: User, **options: object) -> Page:
        client = Client()
        client.force_login(user)
        page = open_page(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return enter_one
