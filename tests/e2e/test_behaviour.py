"""What keys, clicks, a second tab and an ended session do (ux.md §4: 12, 13, 18, 20, 24, 50, 52, 54)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.e2e.ways import PHONE
from tests.factories import PASSWORD, make_company
from tests.guards.rows import make_row
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trial(transactional_db: None) -> Organization:
    """A company in its trial, with TREK-1."""
    org = make_company("Lovelace Engines", age_days=3)
    with company_scope(org.pk):
        queue = make_row(Queue, org, key="TREK", name="Engines", last_number=1, issue_count=1)
        make_row(Issue, org, queue=queue, number=1, key="TREK-1", type="task", priority="normal")
    return org


def owner(org: Organization) -> User:
    return org.memberships.get().user


def test_escape_closes_a_menu_and_gives_the_focus_back(trial: Organization, enter: Callable[..., Page]) -> None:
    page = enter(owner(trial))
    page.goto("/o/lovelace-engines/")
    opener = page.locator("header details.menu summary").last
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(opener).to_be_focused()


def test_control_that_is_off_explains_itself_and_escape_closes_that(enter: Callable[..., Page]) -> None:
    org = make_company("Lovelace Engines")  # its trial is over
    page = enter(owner(org))
    page.goto("/o/lovelace-engines/issues/")
    off = page.get_by_role("button", name="Create issue").first
    assert off.get_attribute("aria-disabled") == "true"
    off.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="You have Read only access")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(off).to_be_focused()


def test_no_single_key_is_a_shortcut(trial: Organization, enter: Callable[..., Page]) -> None:
    page = enter(owner(trial))
    page.goto("/o/lovelace-engines/issues/")
    before = page.url
    for key in "/?abcdefghijklmnopqrstuvwxyz":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    assert page.url == before
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()


def test_password_can_be_pasted_and_shown(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/login/")
    field = page.get_by_label("Password", exact=True)
    allowed = field.evaluate(
        "(field) => field.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true}))"
    )
    assert allowed, "nothing forbids to paste"
    field.fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    assert field.get_attribute("type") == "text"


@pytest.mark.parametrize("javascript", [True, False])
def test_form_that_is_sent_twice_has_one_effect(
    trial: Organization, enter: Callable[..., Page], javascript: bool
) -> None:
    page = enter(owner(trial), javascript=javascript)
    page.goto("/o/lovelace-engines/issues/TREK-1/")
    page.get_by_label("Comment", exact=True).fill("Once.")
    page.get_by_role("button", name="Comment", exact=True).dblclick()
    expect(page.get_by_text("Once.")).to_have_count(1)
    with platform_scope():
        assert Comment.objects.count() == 1


def test_what_was_typed_is_back_after_the_session_ended(trial: Organization, enter: Callable[..., Page]) -> None:
    page = enter(owner(trial))
    page.goto("/o/lovelace-engines/issues/TREK-1/")
    page.get_by_label("Comment", exact=True).fill("Typed for ten minutes, then the session ended.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.get_by_label("Full email address").fill(owner(trial).email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Typed for ten minutes, then the session ended.")


def test_menus_and_explanations_open_without_javascript(trial: Organization, enter: Callable[..., Page]) -> None:
    page = enter(owner(trial), javascript=False)
    page.goto("/o/lovelace-engines/issues/")
    page.locator("header details.menu summary").last.click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
