"""People are invited by mail through a real server, and join with a new account or their own; once by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e.joining.newcomers import ANNA, KIM, PRIYA, expect_in, fits
from tests.e2e.visitors import mail_to, path_in, reach
from tests.e2e.ways import DESKTOP, WAYS
from tests.factories import PASSWORD, UserFactory
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("javascript", "viewport"), [(True, DESKTOP)])
def test_addresses_pasted_before_the_script_came_are_checked_too(*, admin_page: Page) -> None:
    held: list[Route] = []
    script = re.compile(r"/htmx-2[^/]*\.js$")
    admin_page.route(script, lambda route: held.append(route))
    path = admin_page.get_by_role("main").get_by_role("link", name="Invite users").get_attribute("href")
    with admin_page.expect_request(script):
        admin_page.goto(path, wait_until="commit")
    admin_page.get_by_label("Email addresses").fill(ANNA)
    held[0].continue_()
    expect(admin_page.get_by_text(f"{ANNA} is already here")).to_be_visible()


@WAYS
@pytest.mark.usefixtures("worker")
def test_pasted_addresses_are_invited_and_a_new_and_an_existing_account_join(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization, smtp_sink: Sink, javascript: bool
) -> None:
    kim = UserFactory(email=KIM)
    admin_page.get_by_role("main").get_by_role("link", name="Invite users").click()
    admin_page.get_by_label("Email addresses").fill(f"Priya N <{PRIYA}>; {KIM}\n{ANNA}, j.weber@")
    if javascript:
        expect(admin_page.get_by_text(f"{ANNA} is already here")).to_be_visible()
        expect(admin_page.get_by_text("j.weber@: ")).to_be_visible()
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Invite", exact=True).click()
    expect(admin_page.get_by_text("2 invitations sent.")).to_contain_text("1 address was skipped: j.weber@.")

    page = newcomer(path_in(mail_to(smtp_sink, PRIYA), "/invitation/"))
    expect(page.get_by_text(f"Anna Petrova invited {PRIYA} to work with issues in Tracker.")).to_be_visible()
    assert fits(page)
    page.get_by_label("Name", exact=True).fill("Priya")
    page.get_by_label("Last name").fill("Nair")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=f"Join {company.name}").click()
    expect_in(page, company, PRIYA)

    page = newcomer(path_in(mail_to(smtp_sink, KIM), "/invitation/"))
    page.get_by_role("link", name=f"Log in as {KIM}").click()
    page.get_by_label("Full email address").fill(KIM)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name=f"Join {company.name}").click()
    expect_in(page, company, KIM)
    assert Membership.objects.get(user=kim).level == "read_only"


@pytest.mark.parametrize(("javascript", "viewport"), [(True, DESKTOP)], ids=["keyboard"])
@pytest.mark.usefixtures("worker")
def test_inviting_and_joining_take_the_keyboard_alone(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization, smtp_sink: Sink
) -> None:
    reach(admin_page, "Invite users")
    admin_page.keyboard.press("Enter")
    expect(admin_page.get_by_role("heading", level=1)).to_have_text("Invite users")
    tab_to(admin_page, "Email addresses")
    admin_page.keyboard.type(f"{PRIYA}, j.weber@")
    expect(admin_page.get_by_text("j.weber@: ")).to_be_visible()
    reach(admin_page, "Invite")
    admin_page.keyboard.press("Enter")
    expect(admin_page.get_by_text("1 invitation sent.")).to_be_visible()
    reach(admin_page, "Invite link")
    admin_page.keyboard.press("Enter")
    expect(admin_page.get_by_role("heading", level=1)).to_have_text("Invite link")
    tab_to(admin_page, "Enable access via invite link")
    admin_page.keyboard.press("Space")
    expect(admin_page.get_by_text("Link is on.")).to_be_visible()

    page = newcomer(path_in(mail_to(smtp_sink, PRIYA), "/invitation/"))
    for label, text in {"Name": "Priya", "Last name": "Nair", "Password": PASSWORD}.items():
        tab_to(page, label)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect_in(page, company, PRIYA)


def tab_to(page: Page, label: str) -> None:
    """Tab until the field with this label has the focus."""
    label_of = "[...(document.activeElement.labels ?? [])].map(l => l.textContent.trim()).join() || "
    label_of += "document.getElementById(document.activeElement.getAttribute('aria-labelledby'))?.textContent"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(label_of) == label:
            return
    raise AssertionError(f"{label} is not reached with the Tab key")
