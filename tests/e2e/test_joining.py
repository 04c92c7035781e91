"""People are brought in, each way there is: the administrator's half and the newcomer's, with mail through a real server.

With JavaScript on a desktop, without it on a phone; and once with the keyboard alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from orgs import working
from orgs.models import Domain, DomainState, Membership, Organization
from orgs.scopes import company_scope
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.test_first_flow import log_in, mail_to
from tests.factories import PASSWORD, UserFactory, make_company
from tests.outbox.sink import Sink
from tests.people.test_in_browser import reach
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = pytest.mark.parametrize(
    ("javascript", "viewport"), [(True, DESKTOP), (False, PHONE)], ids=["javascript", "plain, phone"]
)
Open = Callable[..., Page]
DOMAIN = "northwind.example"
ANNA, PRIYA, KIM = f"anna@{DOMAIN}", "priya@example.net", "kim@example.net"
GIVEN, OWN = "given-by-the-administrator", "chosen-by-oneself-alone"
PEOPLE = 60  # rows of the file: more than are created at one go
HEAD = "Name,Last name,Birth date,Login\n"


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email=ANNA)


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's; it holds an email domain."""
    org, now = make_company(age_days=1, owner=anna), timezone.now()
    with company_scope(org.pk):
        dates = dict.fromkeys(("added_at", "verified_at", "checked_at"), now)
        Domain.objects.create(org=org, name=DOMAIN, challenge="x", state=DomainState.VERIFIED, is_primary=True, **dates)
    return org


@pytest.fixture
def newcomer(open_page: Open, javascript: bool, viewport: dict[str, int]) -> Callable[[str], Page]:
    """Somebody else's browser, at a path."""

    def arrive(path: str) -> Page:
        page = open_page(javascript=javascript, viewport=viewport)
        page.goto(path)
        return page

    return arrive


@pytest.fixture
def admin_page(open_page: Open, anna: User, company: Organization, javascript: bool, viewport: dict[str, int]) -> Page:
    """Anna's browser, at All users."""
    page = open_page(javascript=javascript, viewport=viewport)
    log_in(page, anna)
    expect(page.get_by_role("heading", level=1)).to_have_text(company.name)
    page.goto(f"/o/{company.slug}/access/")
    return page


def path_in(text: str, start: str) -> str:
    """The path of the link in a mail or a field."""
    found = re.search(rf"https?://[^/\s]+({start}\S+)", text)
    assert found, text
    return found[1]


def expect_in(page: Page, org: Organization, email: str) -> None:
    """The page is the company's, and the person is a member."""
    expect(page.get_by_role("heading", level=1)).to_have_text(org.name)
    assert Membership.objects.present().filter(org=org, user__email=email).exists()
    assert fits(page)


def fits(page: Page) -> bool:
    """Nothing reaches out of the page to the right."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]


def choose_password(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose your password")
    page.get_by_label("New password", exact=True).fill(OWN)
    page.get_by_label("One more time", exact=True).fill(OWN)
    page.get_by_role("button", name="Save").click()


@pytest.mark.parametrize(("javascript", "viewport"), [(True, DESKTOP)])
def test_addresses_pasted_before_the_script_came_are_checked_too(*, admin_page: Page) -> None:
    held: list[Route] = []
    script = re.compile(r"/addresses[^/]*\.js$")
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


@WAYS
@pytest.mark.usefixtures("worker")
def test_invite_link_lets_somebody_new_in_until_it_is_off(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization, smtp_sink: Sink, javascript: bool
) -> None:
    admin_page.goto(f"/o/{company.slug}/access/link/")
    switch = admin_page.get_by_role("switch", name="Enable access via invite link")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(admin_page.get_by_text("Link is on.")).to_be_visible()
    link = admin_page.get_by_role("textbox", name="Invite link").input_value()
    expect(admin_page.get_by_role("button", name="Copy")).to_have_count(int(javascript))
    if javascript:
        admin_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        admin_page.get_by_role("button", name="Copy").click()
        expect(admin_page.get_by_role("button", name="Link copied")).to_be_visible()
        assert admin_page.evaluate("navigator.clipboard.readText()") == link

    page = newcomer(path_in(link, "/join/"))
    assert fits(page)
    page.get_by_role("link", name="Create an employee account").click()
    page.get_by_label("Name", exact=True).fill("Priya")
    page.get_by_label("Last name").fill("Nair")
    page.get_by_label("Work email").fill(PRIYA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    code = re.search(r"\b[A-Z0-9]{3,6}-[A-Z0-9]{3,6}\b|\b[A-Z0-9]{6}\b", mail_to(smtp_sink, PRIYA))
    assert code
    page.get_by_label("Code").fill(code.group())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name=f"Join {company.name}").click()
    expect_in(page, company, PRIYA)

    admin_page.reload()
    expect(admin_page.get_by_role("rowheader", name="Priya Nair")).to_be_visible()
    switch.click()
    expect(admin_page.get_by_text("Link is off.")).to_be_visible()
    expect(newcomer(path_in(link, "/join/")).get_by_text("This link was switched off.")).to_be_visible()


@WAYS
def test_created_account_logs_in_once_with_the_given_password_and_chooses_an_own_one(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization
) -> None:
    admin_page.locator("summary[aria-label='More ways to add users']").click()
    admin_page.get_by_role("link", name="Create user account").click()
    fields = {"Name": "Maya", "Last name": "Chen", "Day": "31", "Month": "2", "Year": "1990", "Login": "maya.chen"}
    passwords = {"Password": GIVEN, "One more time": GIVEN}
    for label, text in (fields | passwords).items():
        admin_page.get_by_label(label, exact=True).fill(text)
    admin_page.get_by_role("button", name="Add", exact=True).click()
    expect(admin_page.get_by_role("alert")).to_contain_text("This is not a date.")
    expect(admin_page.get_by_label("Login", exact=True)).to_have_value("maya.chen")
    for label, text in ({"Day": "27"} | passwords).items():
        admin_page.get_by_label(label, exact=True).fill(text)
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Add", exact=True).click()
    expect(admin_page.get_by_role("heading", level=1)).to_have_text(f"maya.chen@{DOMAIN} can log in now")
    assert fits(admin_page)

    page = newcomer("/login/")
    page.get_by_label("Full email address").fill(admin_page.get_by_label("Login", exact=True).input_value())
    page.get_by_label("Password", exact=True).fill(admin_page.get_by_label("Password", exact=True).input_value())
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.goto(f"/o/{company.slug}/issues/")  # leads to the choice like every page
    choose_password(page)
    expect_in(page, company, f"maya.chen@{DOMAIN}")


@WAYS
def test_file_is_checked_imported_and_the_bad_row_mended(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization, tmp_path: Path
) -> None:
    good = "".join(f"P{number},Quinn,1990-03-27,p{number}\n" for number in range(PEOPLE))
    choose_file(admin_page, company, HEAD + good + "Maya,Chen,1990-02-30,maya.chen\n")
    expect(admin_page.get_by_role("heading", level=1)).to_have_text(f"{PEOPLE} accounts are ready, 1 row needs a fix")
    row = admin_page.get_by_role("row").filter(has_text="1990-02-30")
    expect(row).to_contain_text(re.compile(rf"{PEOPLE + 2}\s+Birth date"))
    assert fits(admin_page)
    with admin_page.expect_download() as download:
        admin_page.get_by_role("button", name="Download these rows").click()
    left_out = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "Maya,Chen,1990-02-30,maya.chen" in left_out

    admin_page.get_by_label("Send each person an email with a link to choose a password").uncheck()
    admin_page.get_by_role("button", name=f"Import {PEOPLE} accounts").click()
    expect(admin_page.get_by_role("heading", level=1)).to_have_text("Import of people")
    working.run_due(clock=timezone.now, seconds=0)
    expect(admin_page.get_by_text(f"25 of {PEOPLE} accounts created.")).to_be_visible()
    working.run_due(clock=timezone.now, seconds=60)
    expect(admin_page.get_by_text(f"{PEOPLE} of {PEOPLE} accounts created.")).to_be_visible()
    with admin_page.expect_download() as download:
        admin_page.get_by_role("button", name="Download one-time passwords").click()
    passwords = dict(line.split(",") for line in Path(download.value.path()).read_text("utf-8-sig").splitlines())
    assert len(passwords) == 1 + PEOPLE  # with its head

    page = newcomer("/login/")
    page.get_by_label("Full email address").fill(f"p7@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(passwords[f"p7@{DOMAIN}"])
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    choose_password(page)
    expect_in(page, company, f"p7@{DOMAIN}")

    choose_file(admin_page, company, left_out.replace("1990-02-30", "1990-03-27"))
    admin_page.get_by_role("button", name="Import 1 account").click()
    working.run_due(clock=timezone.now, seconds=60)
    expect(admin_page.get_by_text("1 of 1 accounts created.")).to_be_visible()


def choose_file(page: Page, org: Organization, text: str) -> None:
    page.goto(f"/o/{org.slug}/access/import/")
    page.get_by_label("CSV file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Check").click()


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
