"""An owner has the company deleted: another owner keeps it in time, or beat closes it and nobody is there any more.

With JavaScript on a desktop and without it on a phone; mail through a real server, beat and worker as they run.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from access.members import roles
from orgs.lifecycle.models import Deletion
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.e2e.shifting import let_pass
from tests.e2e.visitors import log_in, mail_to, path_in, status_of, wait_for_mail
from tests.e2e.ways import ONE_WAY, WAYS
from tests.factories import PASSWORD, add_member, make_company
from tests.orgs.lifecycle.companies import fill, rows_left
from tests.orgs.mail.processes import Portal, wait_until
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/o/lovelace-engines/"
ISSUE, ASKING = f"{HOME}issues/ROB-1/", f"{HOME}company/data/"
Browse = Callable[[Membership], Page]


@pytest.fixture
def company(transactional_db: None) -> Organization:
    """In its trial, with three issues."""
    company = make_company("Lovelace Engines", age_days=1)
    fill(company)
    return company


@pytest.fixture
def ada(company: Organization) -> Membership:
    return company.memberships.get()


@pytest.fixture
def grace(ada: Membership) -> Membership:
    """The other owner."""
    return roles.change(member=add_member(ada.org), role=Role.OWNER, actor=ada, now=timezone.now())


@pytest.fixture
def browse(open_page: Callable[..., Page], javascript: bool, viewport: dict[str, int]) -> Browse:
    """Somebody's browser, at the company's main page."""

    def arrive(who: Membership) -> Page:
        page = open_page(javascript=javascript, viewport=viewport)
        log_in(page, who.user)
        expect(page.get_by_role("heading", level=1)).to_have_text("Lovelace Engines")
        return page

    return arrive


def ask(page: Page) -> None:
    """Through the settings, with the password again; the name is mistyped once."""
    page.goto(f"{HOME}company/")
    page.get_by_role("link", name="Delete company").click()
    expect(page.get_by_text("2 people lose access.")).to_be_visible()
    page.get_by_role("link", name="Show that it is you").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Company name").fill("Lovelace Motors")
    page.get_by_role("button", name="Delete company").click()
    expect(page.get_by_text("This is not the company’s name.").first).to_be_visible()
    page.get_by_label("Company name").fill("Lovelace Engines")
    page.get_by_role("button", name="Delete company").click()
    expect(page.get_by_text("Asked. All owners get an email, and each of them can keep the company.")).to_be_visible()


def expect_announced(page: Page, *, is_so: bool) -> None:
    """On the company's main page."""
    page.goto(HOME)
    expect(page.get_by_role("region", name="The company is deleted")).to_have_count(1 if is_so else 0)


@WAYS
@pytest.mark.usefixtures("worker")
def test_another_owner_keeps_the_company_with_the_link_of_the_mail(
    *,
    browse: Browse,
    open_page: Callable[..., Page],
    ada: Membership,
    grace: Membership,
    smtp_sink: Sink,
    javascript: bool,
    viewport: dict[str, int],
) -> None:
    page = browse(ada)
    ask(page)
    expect_announced(page, is_so=True)

    other = open_page(javascript=javascript, viewport=viewport)
    other.goto(path_in(mail_to(smtp_sink, grace.user.email), "/o/"))
    other.get_by_label("Full email address").fill(grace.user.email)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Delete company")
    other.get_by_role("button", name="Keep the company").click()
    expect(other.get_by_text("Lovelace Engines stays.")).to_be_visible()

    expect_announced(page, is_so=False)
    ada.org.refresh_from_db()
    assert (ada.org.closing_at, ada.org.closed_at) == (None, None)


@ONE_WAY
def test_company_that_nobody_keeps_is_closed_a_day_later_and_its_data_deleted(
    *, browse: Browse, ada: Membership, company: Organization, portal: Portal, smtp_sink: Sink, javascript: bool
) -> None:
    employee = add_member(company)
    page, reader = browse(ada), browse(employee)
    ask(page)
    portal.worker()
    portal.beat()
    wait_for_mail(smtp_sink, "Lovelace Engines is deleted in 24 hours")
    let_pass(company, "23h")
    assert status_of(reader, ISSUE) == 200
    expect_announced(page, is_so=True)

    let_pass(company, "1h")
    wait_until(lambda: Organization.objects.filter(pk=company.pk, closed_at__isnull=False).exists())
    assert [status_of(page, path) for path in (HOME, ISSUE, ASKING)] == [404] * 3
    assert status_of(reader, ISSUE) == 404
    expect(reader.get_by_role("heading", level=1)).to_have_text("There is no such page")
    reader.goto("/companies/")
    expect(reader.get_by_text("You are in no company yet")).to_be_visible()

    gone = wait_for_mail(smtp_sink, "Lovelace Engines was deleted")
    certificate = wait_for_mail(smtp_sink, "All Tracker data was deleted")
    assert (gone.to, certificate.to) == (ada.user.email, ada.user.email)
    assert rows_left(company) == 0
    with company_scope(company.pk):
        assert Deletion.objects.get().number in certificate.text
