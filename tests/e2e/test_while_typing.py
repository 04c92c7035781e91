"""Searching while typing: the list follows, the address with it, Back and Forward lead through both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.e2e.ways import PLAIN_SIZES
from tests.factories import UserFactory, add_member, make_company
from tests.guards.rows import make_row
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
# What htmx says of a question that a newer one replaced.
ABANDONED = ("htmx:abort", "htmx:sendAbort", "htmx:afterRequest")
PEOPLE = [("Maya", "Chen"), ("Igor", "Sokolov"), ("Marta", "Lind")]


@pytest.fixture
def company(transactional_db: None) -> Organization:
    """In its trial, with three people more and two issues."""
    org = make_company("Lovelace Engines", age_days=3, owner=UserFactory(first_name="Vera", last_name="Frost"))
    for first, last in PEOPLE:
        add_member(org, user=UserFactory(first_name=first, last_name=last))
    with company_scope(org.pk):
        queue = make_row(Queue, org, key="TREK", name="Engines", last_number=2, issue_count=2)
        for number, summary in enumerate(("Gripper calibration drifts", "Cable wears out"), 1):
            fields = {"number": number, "key": f"TREK-{number}", "summary": summary}
            make_row(Issue, org, queue=queue, type="task", priority="normal", **fields)
    return org


def owner(org: Organization) -> User:
    return org.memberships.get(role=Role.OWNER).user


@pytest.fixture
def page(company: Organization, enter: Callable[..., Page]) -> Iterator[Page]:
    """The owner's browser; nothing may be said on its console."""
    page, said = enter(owner(company)), []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [text for text in said if not text.startswith(ABANDONED)] == []


LISTS = pytest.mark.parametrize(
    ("path", "field", "typed", "found", "other", "said"),
    [
        ("access/", "Search by name or login", "maya", "Maya Chen", "Igor Sokolov", "1 user found"),
        ("people/", "Search by name or address", "maya", "Maya Chen", "Igor Sokolov", "1 person found"),
        ("issues/", "Search issues", "calibr", "Gripper calibration drifts", "Cable wears out", "Issues found: 1"),
    ],
    ids=["users", "people", "issues"],
)


@LISTS
def test_list_follows_what_is_typed_and_the_address_follows_the_list(
    *, page: Page, path: str, field: str, typed: str, found: str, other: str, said: str
) -> None:
    page.goto(f"/o/lovelace-engines/{path}")
    main, box = page.get_by_role("main"), page.get_by_role("searchbox", name=field)
    box.press_sequentially(typed, delay=30)
    expect(main.get_by_role("link", name=other)).to_have_count(0)
    expect(main.get_by_role("link", name=found)).to_be_visible()
    expect(page.locator("#live")).to_have_text(said)
    expect(box).to_be_focused()
    expect(box).to_have_value(typed)
    assert page.url.partition("?")[2].split("&")[-1].endswith(f"q={typed}")

    page.go_back()
    expect(main.get_by_role("link", name=other)).to_be_visible()
    expect(box).to_have_value("")
    page.go_forward()
    expect(main.get_by_role("link", name=other)).to_have_count(0)
    expect(box).to_have_value(typed)
    page.reload()
    expect(main.get_by_role("link", name=found)).to_be_visible()


def test_everything_beside_the_list_follows_it(page: Page) -> None:
    page.goto("/o/lovelace-engines/access/")
    page.get_by_role("searchbox", name="Search by name or login").fill("ma")
    expect(page.get_by_role("main").get_by_text("2 users found")).to_be_visible()
    assert "q=ma" in page.get_by_role("link", name="Read only").get_attribute("href")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as file:
        page.get_by_role("button", name="Export CSV").click()
    rows = file.value.path().read_text(encoding="utf-8-sig").splitlines()[1:]
    assert sorted(row.partition(",")[0] for row in rows) == ["Marta", "Maya"]
    page.keyboard.press("Escape")

    page.get_by_role("checkbox", name="Select Maya Chen").check()
    expect(page.locator("#live")).to_have_text("1 selected")
    page.get_by_role("checkbox", name="All 2 that match").check()
    page.get_by_role("group", name="Selected users").get_by_role("button", name="Full access").click()
    bar = page.get_by_role("region", name="Unsaved changes")
    expect(bar).to_contain_text("2 unsaved changes")
    bar.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("main").get_by_text("2 users found")).to_be_visible()


def test_answers_come_in_the_order_of_the_questions(page: Page) -> None:
    """The slow answer to what is no longer asked never replaces the newer one."""
    page.goto("/o/lovelace-engines/people/")
    box = page.get_by_role("searchbox", name="Search by name or address")
    held = []
    page.route("**/people/?q=ma", lambda route: held.append(route))
    box.press_sequentially("ma")
    expect(page.locator("#list")).to_have_attribute("aria-busy", "true")
    box.press_sequentially("ya")
    expect(page.get_by_role("main").get_by_text("1 person found")).to_be_visible()
    assert held, "the control: the first question was asked"
    held[0].abort()
    expect(page.get_by_role("link", name="Maya Chen")).to_be_visible()
    expect(page.get_by_text("could not be loaded")).to_have_count(0)


def test_key_opens_its_issue_by_enter_and_not_before(page: Page) -> None:
    page.goto("/o/lovelace-engines/issues/")
    box = page.get_by_role("searchbox", name="Search issues")
    box.press_sequentially("TREK-1")
    expect(page.get_by_role("main").get_by_text("Issues found: 1")).to_be_visible()
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gripper calibration drifts")


def test_ended_session_leads_to_the_login(page: Page) -> None:
    page.goto("/o/lovelace-engines/people/")
    Session.objects.all().delete()
    page.get_by_role("searchbox", name="Search by name or address").fill("maya")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in to Tracker")


def test_lost_connection_is_said_and_the_list_stays(company: Organization, enter: Callable[..., Page]) -> None:
    page = enter(owner(company))
    page.goto("/o/lovelace-engines/people/")
    page.context.set_offline(True)
    box = page.get_by_role("searchbox", name="Search by name or address")
    box.fill("may")
    expect(page.locator("#list")).to_contain_text("The list could not be loaded: no connection.")
    expect(page.get_by_role("link", name="Igor Sokolov")).to_be_visible()
    page.context.set_offline(False)
    box.fill("maya")
    expect(page.get_by_role("main").get_by_text("1 person found")).to_be_visible()


@PLAIN_SIZES
@LISTS
def test_without_a_script_a_button_does_the_same(
    *, company, enter: Callable[..., Page], viewport, path, field, typed, found, other, said
) -> None:
    page = enter(owner(company), javascript=False, viewport=viewport)
    page.goto(f"/o/lovelace-engines/{path}")
    main = page.get_by_role("main")
    page.get_by_role("searchbox", name=field).fill(typed)
    main.get_by_role("button", name="Search", exact=True).click()
    expect(main.get_by_text(said)).to_be_visible()
    expect(main.get_by_role("link", name=other)).to_have_count(0)
