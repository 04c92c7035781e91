"""A reader asks for full access from a locked control; an administrator sees what it costs, gives it, or says no.

With JavaScript on a desktop, without it on a phone.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from issues.issue import writing
from issues.queues import queues
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.e2e.visitors import log_in, mail_to
from tests.e2e.ways import WAYS
from tests.factories import UserFactory, add_member, make_company
from tests.orgs.mail.sink import Sink
from users.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]

Open = Callable[..., Page]


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email="anna@northwind.example")


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's; one person has full access, so Tracker is active. It has the issue ROB-1."""
    org, now = make_company(owner=anna), timezone.now()
    writer = add_member(org, level=Level.FULL)
    with company_scope(org.pk):
        queue = queues.create(org=org, key="ROB", name="Robotics", actor=writer, now=now)
        writing.create_issue(queue=queue, actor=writer, now=now, summary="Gripper loses torque")
    return org


@pytest.fixture
def chen(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Maya", last_name="Chen", email="maya@northwind.example"))


@pytest.fixture
def reader_page(open_page: Open, chen: Membership, company: Organization, javascript, viewport) -> Page:
    """Maya's browser, at an issue that she can only read."""
    page: Page = open_page(javascript=javascript, viewport=viewport)
    log_in(page, chen.user)
    expect(page.get_by_role("heading", level=1)).to_have_text(company.name)
    page.goto(f"/o/{company.slug}/issues/ROB-1/")
    return page


@pytest.fixture
def admin_page(open_page: Open, anna: User, company: Organization, javascript, viewport) -> Page:
    """Anna's browser."""
    page: Page = open_page(javascript=javascript, viewport=viewport)
    log_in(page, anna)
    expect(page.get_by_role("heading", level=1)).to_have_text(company.name)
    return page


def ask(page: Page, note: str) -> None:
    """From the place where one would comment."""
    page.get_by_role("main").get_by_role("button", name="Request full access").click()
    popover = page.get_by_role("dialog", name="You have Read only access")
    expect(popover.get_by_role("listitem").filter(has_text="Anna Petrova")).to_be_visible()
    popover.get_by_label("Note to admins").fill(note)
    popover.get_by_role("button", name="Request full access").click()
    expect(page.get_by_role("region", name="Read only mode")).to_contain_text("Requested just now. Anna got it.")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@WAYS
def test_asked_from_a_locked_control_given_with_its_cost_and_then_the_person_writes(
    *, reader_page: Page, admin_page: Page, company: Organization, chen: Membership, smtp_sink: Sink
) -> None:
    ask(reader_page, "Closing my own issues")
    assert fits(reader_page)
    assert "Note: Closing my own issues" in mail_to(smtp_sink, "anna@northwind.example")

    admin_page.goto(f"/o/{company.slug}/access/requests/")
    expect(admin_page.get_by_text("Closing my own issues")).to_be_visible()
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Give Full access to Maya Chen").click()
    expect(admin_page.get_by_role("region", name="Unsaved changes")).to_contain_text("1 unsaved change")
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Save changes").click()
    expect(admin_page.get_by_text("Nobody is waiting")).to_be_visible()
    assert "Anna Petrova gave it to you." in mail_to(smtp_sink, chen.user.email)

    reader_page.reload()
    expect(reader_page.get_by_role("region", name="Read only mode")).to_have_count(0)
    reader_page.get_by_label("Comment", exact=True).fill("Now I can say it.")
    reader_page.get_by_role("button", name="Comment", exact=True).click()
    expect(reader_page.get_by_text("Now I can say it.")).to_be_visible()


@WAYS
def test_declined_with_a_reason_that_the_person_reads_and_may_ask_again_and_withdraw(
    *, reader_page: Page, admin_page: Page, company: Organization, chen: Membership, smtp_sink: Sink
) -> None:
    ask(reader_page, "")
    admin_page.goto(f"/o/{company.slug}/access/requests/")
    admin_page.get_by_role("link", name="Decline the request of Maya Chen").click()
    admin_page.get_by_label("Reason").fill("No seat before January")
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Decline request").click()
    expect(admin_page.get_by_text("Declined. Maya Chen stays Read only")).to_be_visible()
    assert "Reason: No seat before January" in mail_to(smtp_sink, chen.user.email)

    reader_page.reload()
    strip = reader_page.get_by_role("region", name="Read only mode")
    expect(strip).to_contain_text("Anna Petrova declined your request just now: “No seat before January”")
    assert fits(reader_page)
    ask(reader_page, "Only this week")
    strip.get_by_role("button", name="Withdraw").click()
    expect(strip.get_by_role("button", name="Request full access")).to_be_visible()
    assert Membership.objects.get(pk=chen.pk).level == Level.READ_ONLY


@WAYS
def test_some_who_wait_are_ticked_and_staged_together(
    *, admin_page: Page, reader_page: Page, company: Organization, chen: Membership, javascript: bool
) -> None:
    ask(reader_page, "")
    admin_page.goto(f"/o/{company.slug}/access/requests/")
    admin_page.get_by_role("checkbox", name="Select Maya Chen").check()
    bulk = admin_page.get_by_role("group", name="Selected requests")
    if javascript:
        expect(bulk).to_contain_text("1 selected")
    bulk.get_by_role("button", name="Give Full access").click()
    expect(admin_page.get_by_role("region", name="Unsaved changes")).to_contain_text("1 unsaved change")
    expect(admin_page.get_by_text("Not saved yet")).to_be_visible()
