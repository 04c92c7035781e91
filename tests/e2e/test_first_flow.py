"""The first flow, as people take it: free trial, confirm, queue, issue, comment; an outsider; a reader.

With and without JavaScript, on a desktop and on a phone, with mail through a real server.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.e2e.visitors import comment, create_issue, log_in, mail_to
from tests.e2e.ways import EVERY_WAY
from tests.factories import PASSWORD, UserFactory, add_member, make_company
from tests.orgs.mail.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]

OWNER = "ada@lovelace.example"


def sign_up(page: Page, sink: Sink) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Free trial").first.click()
    page.get_by_label("Company name").fill("Lovelace Engines")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Work email").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Free trial").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    assert not Organization.objects.exists(), "an unconfirmed address is worth nothing"
    code = re.search(r"\b[A-Z0-9]{3,6}-[A-Z0-9]{3,6}\b|\b[A-Z0-9]{6}\b", mail_to(sink, OWNER))
    assert code, mail_to(sink, OWNER)
    page.get_by_label("Code").fill(code.group())
    page.get_by_role("button", name="Confirm").click()


@EVERY_WAY
def test_person_starts_a_trial_creates_an_issue_and_comments(
    open_page: Callable[..., Page], smtp_sink: Sink, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_page(viewport=viewport, javascript=javascript)
    sign_up(page, smtp_sink)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lovelace Engines")

    page.goto("/o/lovelace-engines/tracker/settings/")
    expect(page.get_by_text("days of full access left")).to_be_visible()
    create_issue(page)
    assert page.url.endswith("/o/lovelace-engines/issues/TREK-1/")
    comment(page)

    org = Organization.objects.get(slug="lovelace-engines")
    assert org.trial_ends_at == org.activated_at + dt.timedelta(days=30)
    with platform_scope():
        assert Queue.objects.get().key == "TREK"
        assert Issue.objects.get().key == "TREK-1"
        assert Comment.objects.get().text == "A sign in note G, I think."


@EVERY_WAY
def test_someone_of_another_company_gets_nowhere(
    open_page: Callable[..., Page], viewport: dict[str, int], javascript: bool
) -> None:
    make_company("Lovelace Engines")
    outsider = UserFactory()
    make_company("Southwind Foods", owner=outsider)
    page = open_page(viewport=viewport, javascript=javascript)
    log_in(page, outsider)
    expect(page.get_by_role("heading", level=1)).to_have_text("Southwind Foods")

    foreign = [page.goto(f"/o/lovelace-engines/{path}") for path in ("", "issues/", "people/", "tracker/settings/")]
    absent = page.goto("/o/no-such-company/")
    assert [response.status for response in [*foreign, absent] if response] == [404] * 5


@EVERY_WAY
def test_reader_reads_and_writes_nowhere(
    open_page: Callable[..., Page], viewport: dict[str, int], javascript: bool
) -> None:
    org = make_company("Lovelace Engines", age_days=20)
    reader = add_member(org)
    page = open_page(viewport=viewport, javascript=javascript)
    log_in(page, reader.user)
    create_issue(page)  # in the trial everybody writes

    trial_over = dt.timedelta(days=15)
    org.refresh_from_db()
    Organization.objects.filter(pk=org.pk).update(trial_ends_at=org.trial_ends_at - trial_over)
    page.get_by_label("Comment", exact=True).fill("Typed before the trial was over, sent after it.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Typed before the trial was over, sent after it.")).to_be_visible()
    expect(page.get_by_text("Your text is kept.")).to_be_visible()

    page.goto("/o/lovelace-engines/issues/TREK-1/")
    expect(page.get_by_role("region", name="Read only mode")).to_be_visible()
    expect(page.get_by_text("Comments are Read only for you.")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_count(0)
    refused = page.goto("/o/lovelace-engines/issues/new/")
    assert refused is not None
    assert refused.status == 403
    with platform_scope():
        assert not Comment.objects.exists()
        assert Issue.objects.count() == 1
