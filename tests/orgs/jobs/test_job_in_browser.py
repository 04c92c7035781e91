"""The page of a running job follows it: with JavaScript the card alone, without by itself every five seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from orgs.jobs.models import Job
from orgs.tenancy.membership_models import Membership
from tests.orgs.jobs.conftest import Start
from tests.orgs.jobs.runners import NUMBERS
from tests.orgs.jobs.worker import run

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 15_000  # milliseconds


@pytest.fixture
def job(start: Start, member: Membership) -> Job:
    """Two of five numbers are counted."""
    found = start("counting", member)
    run(seconds=0)
    run(seconds=0)
    return found


@pytest.fixture
def visit(
    login: Callable[[Membership], Client], browser: Browser, live_server: object, member: Membership
) -> Iterator[Callable[..., Page]]:
    """`member` opens the job's page."""

    contexts = []

    def open_page(job: Job, *, javascript: bool = True) -> Page:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=javascript)
        contexts.append(context)
        session = login(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"/o/{member.org.slug}/jobs/{job.public_id}/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_card_follows_the_job_and_the_end_is_said(visit: Callable[..., Page], job: Job) -> None:
    page = visit(job)
    expect(page.locator("#job")).to_contain_text(f"2 of {NUMBERS}")
    page.evaluate("document.body.dataset.untouched = 'yes'")
    page.get_by_role("button", name="Cancel").focus()
    run(seconds=0)
    expect(page.locator("#job")).to_contain_text(f"3 of {NUMBERS}", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    expect(page.locator("#live")).to_have_text("Half of it is done.", timeout=PATIENCE)
    run()
    expect(page.get_by_role("button", name="Download")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#live")).to_have_text("Done", timeout=PATIENCE)
    assert page.evaluate("document.body.dataset.untouched") == "yes"


def test_page_without_javascript_asks_again_by_itself(visit: Callable[..., Page], job: Job) -> None:
    page = visit(job, javascript=False)
    expect(page.locator("#job")).to_contain_text(f"2 of {NUMBERS}")
    run()
    expect(page.get_by_role("button", name=re.compile("Download"))).to_be_visible(timeout=PATIENCE)


def test_file_is_downloaded_by_its_button(visit: Callable[..., Page], job: Job) -> None:
    run()
    page = visit(job)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.startswith("counting-")
