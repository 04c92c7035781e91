"""What is typed into a comment stays in the browser until it is posted (static/js/draft.js)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from issues.issue import writing
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.scopes import company_scope
from tests.e2e.conftest import PATIENCE
from tests.factories import add_member

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "The gripper slips on wet boxes, twice in an hour."
Enter = Callable[..., Page]


@pytest.fixture
def queue(member: Membership, now: dt.datetime) -> Queue:
    with company_scope(member.org_id):
        return queues.create(org=member.org, key="ROB", name="Robotics", actor=member, now=now)


def make_issue(queue: Queue, actor: Membership) -> Issue:
    with company_scope(queue.org_id):
        return writing.create_issue(queue=queue, actor=actor, now=timezone.now(), summary="Gripper slips")


@pytest.fixture
def issue(queue: Queue, member: Membership) -> Issue:
    return make_issue(queue, member)


def address(issue: Issue) -> str:
    return f"/o/{issue.org.slug}/issues/{issue.key}/"


def composer(page: Page) -> Locator:
    return page.locator("#composer textarea")


def post(page: Page) -> None:
    page.get_by_role("button", name="Comment", exact=True).click()


def comments(issue: Issue) -> list[str]:
    with company_scope(issue.org_id):
        return list(Comment.objects.filter(org=issue.org_id).values_list("text", flat=True))


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft ')).length"))


@pytest.fixture
def page(enter: Enter, member: Membership, issue: Issue) -> Page:
    """The comment is typed and not posted."""
    page = enter(member.user)
    page.goto(address(issue))
    composer(page).fill(TEXT)
    return page


def test_reload_and_another_page_keep_it_until_it_is_posted(page: Page, issue: Issue, member: Membership) -> None:
    other = make_issue(issue.queue, member)
    page.reload()
    expect(composer(page)).to_have_value(TEXT)
    page.goto(address(other))
    expect(composer(page)).to_have_value("")
    page.goto(address(issue))
    expect(composer(page)).to_have_value(TEXT)
    post(page)
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(composer(page)).to_have_value("")
    page.goto(address(issue))
    expect(composer(page)).to_have_value("")
    assert (comments(issue), drafts(page)) == ([TEXT], 0)


def test_lost_connection_keeps_it(page: Page, issue: Issue) -> None:
    page.context.set_offline(True)
    post(page)
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(address(issue))
    expect(composer(page)).to_have_value(TEXT)
    post(page)
    expect(page.get_by_text(TEXT)).to_be_visible()
    assert comments(issue) == [TEXT]


def test_lost_answer_makes_no_second_comment(page: Page, issue: Issue) -> None:
    """The comment is there, and the browser was not told."""

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/comments/", lose)
    post(page)
    page.wait_for_timeout(500)
    page.unroute("**/comments/")
    page.goto(address(issue))
    expect(composer(page)).to_have_value(TEXT)
    assert comments(issue) == [TEXT]
    post(page)
    expect(composer(page)).to_have_value("", timeout=PATIENCE)
    assert comments(issue) == [TEXT]
    assert drafts(page) == 0


def test_form_that_was_open_for_too_long_keeps_it(page: Page, issue: Issue) -> None:
    page.context.clear_cookies(name="csrftoken")
    post(page)
    page.get_by_role("link", name="Load the page again").click()
    expect(composer(page)).to_have_value(TEXT)
    post(page)
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.reload()
    expect(composer(page)).to_have_value("")
    assert (comments(issue), drafts(page)) == ([TEXT], 0)


def test_log_out_forgets_it(page: Page) -> None:
    assert drafts(page) == 1
    page.locator("summary", has_text="Account of").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/")
    assert drafts(page) == 0


def test_it_is_one_persons(page: Page, enter: Enter, issue: Issue, member: Membership) -> None:
    """Somebody else at the same browser, whose session had ended without a log-out."""
    other = enter(add_member(member.org, level=Level.FULL).user)
    page.context.clear_cookies()
    page.context.add_cookies(other.context.cookies())
    page.goto(address(issue))
    expect(composer(page)).to_have_value("")
    assert drafts(page) == 1
