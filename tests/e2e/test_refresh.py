"""The page of a deletion that runs follows it by itself, while it is looked at (htmx, static/js/parts.js).

The browser's clock is wound by hand: nothing waits for ten seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from orgs.lifecycle import data_deletion as deletion
from orgs.lifecycle.models import Deletion
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization
from tests.factories import make_administrator
from tests.orgs.lifecycle.companies import due_company, fill

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE = 10_000  # ms, of the script
STAYS = "window.thePageStays = true"


@dataclass
class Running:
    """A deletion that goes on when it is told to: five tables of four rows, and the queue's one."""

    org: Organization
    deletion: Deletion

    def delete_a_table(self) -> None:
        deletion.purge(self.deletion.pk, org_id=self.org.pk, now=database_now())

    def finish(self) -> None:
        deletion.purge_all(self.deletion.pk, org_id=self.org.pk, clock=database_now)


@pytest.fixture
def running(transactional_db: None) -> Running:
    org = due_company()
    fill(org, issues=4)
    claimed = deletion.claim(org.pk, now=database_now())
    assert claimed is not None
    running = Running(org, claimed)
    running.delete_a_table()
    return running


@dataclass
class Watched:
    """The page of the deletion, and how often the server was asked for it again."""

    page: Page
    url: str
    asked: int = 0

    def let_pass(self, milliseconds: int) -> None:
        self.page.clock.fast_forward(milliseconds)

    def is_still_the_page_that_was_loaded(self) -> bool:
        return bool(self.page.evaluate("window.thePageStays === true"))


@pytest.fixture
def watched(running: Running, enter: Callable[..., Page]) -> Iterator[Watched]:
    page = enter(make_administrator(running.org).user)
    begun = database_now()
    page.clock.install(time=begun)
    page.clock.pause_at(begun + dt.timedelta(seconds=1))
    watched = Watched(page, f"/o/{running.org.slug}/tracker/settings/")
    page.goto(watched.url)
    expect(page.get_by_text("19% · started")).to_be_visible()
    page.evaluate(STAYS)

    def count(request: object) -> None:
        watched.asked += request.url.endswith(watched.url)

    page.on("request", count)
    yield watched
    page.context.close()  # with its clock


def test_progress_is_shown_after_ten_seconds_and_the_focus_stays(running: Running, watched: Watched) -> None:
    link = watched.page.get_by_role("main").get_by_role("link").first
    link.focus()
    running.delete_a_table()
    watched.let_pass(PAUSE - 1)
    assert watched.asked == 0
    watched.let_pass(1)
    expect(watched.page.get_by_text("38% · started")).to_be_visible()
    running.delete_a_table()
    watched.let_pass(PAUSE)
    expect(watched.page.get_by_text("57% · started")).to_be_visible()
    expect(watched.page.locator("[data-refresh]")).to_have_count(1)
    expect(link).to_be_focused()
    assert watched.asked == 2
    assert watched.is_still_the_page_that_was_loaded()


def test_whole_page_is_loaded_when_the_deletion_is_over(running: Running, watched: Watched) -> None:
    running.finish()
    watched.let_pass(PAUSE)
    expect(watched.page.get_by_role("heading", name="Data was deleted on")).to_be_visible()
    assert not watched.is_still_the_page_that_was_loaded()
    asked = watched.asked
    watched.let_pass(10 * PAUSE)
    assert watched.asked == asked, "nothing runs any more"


def test_page_that_nobody_looks_at_asks_for_nothing(running: Running, watched: Watched) -> None:
    hide = "(hidden) => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })"
    running.delete_a_table()
    watched.page.evaluate(hide, True)
    for _ in range(3):
        watched.let_pass(PAUSE)
    assert watched.asked == 0
    watched.page.evaluate(hide, False)
    watched.let_pass(PAUSE)
    expect(watched.page.get_by_text("38% · started")).to_be_visible()
    assert watched.asked == 1


def test_what_is_known_stays_while_there_is_no_connection(running: Running, watched: Watched) -> None:
    running.delete_a_table()
    watched.page.context.set_offline(True)
    with watched.page.expect_event("requestfailed"):
        watched.let_pass(PAUSE)
    expect(watched.page.get_by_text("19% · started")).to_be_visible()
    watched.page.context.set_offline(False)
    watched.let_pass(PAUSE)
    expect(watched.page.get_by_text("38% · started")).to_be_visible()
    assert watched.is_still_the_page_that_was_loaded()


def test_control_without_the_script_the_page_stays_as_it_was(running: Running, watched: Watched) -> None:
    watched.page.route("**/htmx-2*.js", lambda route: route.abort())
    watched.page.reload()
    running.delete_a_table()
    asked = watched.asked
    watched.let_pass(3 * PAUSE)
    assert watched.asked == asked
    expect(watched.page.get_by_text("19% · started")).to_be_visible()
