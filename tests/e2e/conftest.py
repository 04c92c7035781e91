"""A browser, a mail server and a Celery worker around the live server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.contexts import PATIENCE, kept_contexts
from tests.e2e.ways import DESKTOP
from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink
from tracker_portal.celery import app
from users.accounts.models import User

__all__ = ["broker", "portal", "smtp_sink"]

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
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser context of its own, so each call is another person's browser."""
    contexts, taken = kept_contexts(browser, live_server.url), []

    def open_one(*, viewport: dict[str, int] = DESKTOP, javascript: bool = True, dark: bool = False) -> Page:
        page = contexts.open_page(javascript=javascript)
        taken.append((page.context, javascript))
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme="dark" if dark else "light")
        return page

    yield open_one
    for context, javascript in taken:
        contexts.give_back(context, javascript=javascript)


@pytest.fixture
def enter(open_page: Callable[..., Page], live_server: LiveServer) -> Callable[..., Page]:
    """A browser of a person who is logged in."""

    def enter_one(user: User, **options: object) -> Page:
        client = Client()
        client.force_login(user)
        page = open_page(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return enter_one
