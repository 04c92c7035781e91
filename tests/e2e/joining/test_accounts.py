"""Administrators create accounts on the company's domain, one by one or from a file; their people choose a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orgs.jobs import job_worker
from orgs.tenancy.organization_models import Organization
from tests.e2e.joining.newcomers import DOMAIN, choose_password, expect_in, fits
from tests.e2e.ways import ONE_WAY, WAYS

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN = "given-by-the-administrator"
PEOPLE = 30  # rows of the file: more than are created at one go
HEAD = "Name,Last name,Birth date,Login\n"


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


@ONE_WAY
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
    job_worker.run_due(clock=timezone.now, seconds=0)
    expect(admin_page.get_by_text(f"25 of {PEOPLE} accounts created.")).to_be_visible()
    job_worker.run_due(clock=timezone.now, seconds=60)
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
    job_worker.run_due(clock=timezone.now, seconds=60)
    expect(admin_page.get_by_text("1 of 1 accounts created.")).to_be_visible()


def choose_file(page: Page, org: Organization, text: str) -> None:
    page.goto(f"/o/{org.slug}/access/import/")
    page.get_by_label("CSV file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Check").click()
