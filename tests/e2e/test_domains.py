"""An administrator links a domain and proves it, with and without JavaScript, with a real name server."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orgs.domains import dns
from orgs.domains.models import Domain
from orgs.tenancy.scopes import platform_scope
from tests.e2e.ways import WAYS
from tests.factories import PASSWORD, make_company
from tests.orgs.domains.conftest import nameserver
from tests.orgs.domains.nameserver import NameServer

__all__ = ["nameserver"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]

PATIENCE = 25.0  # seconds the look-up waits for its answer, so that its progress can be seen on a busy machine


def log_in(page: Page, email: str) -> None:
    page.goto("/login/")
    page.get_by_label("Full email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Robotics")


@WAYS
def test_domain_is_linked_looked_up_verified_and_removed(
    *,
    open_page: Callable[..., Page],
    nameserver: NameServer,
    monkeypatch: pytest.MonkeyPatch,
    javascript: bool,
    viewport: dict[str, int],
) -> None:
    monkeypatch.setattr(dns, "TRY", PATIENCE)
    monkeypatch.setattr(dns, "LIFETIME", PATIENCE)
    org = make_company()
    page = open_page(javascript=javascript, viewport=viewport)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    log_in(page, org.memberships.get().user.email)
    page.goto(f"/o/{org.slug}/company/")
    page.get_by_role("link", name="Email domains").click()
    page.get_by_role("textbox", name="Domain").fill("Northwind.Example")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("northwind.example")

    host, value = (page.get_by_role("textbox", name=name).input_value() for name in ("Host", "Value"))
    nameserver.publish(host, value)
    may_answer = threading.Event()
    nameserver.before_answer = lambda: may_answer.wait(PATIENCE)
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("progressbar", name="Looking up the record…")).to_be_visible()
    may_answer.set()
    expect(page.get_by_text("Proved: accounts can be created at this domain.")).to_be_visible()
    expect(page.get_by_text("Primary", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Verify now")).to_be_visible()

    page.get_by_role("link", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove northwind.example").click()
    expect(page.get_by_role("status").filter(has_text="northwind.example is not linked any more.")).to_be_visible()
    with platform_scope():
        assert not Domain.objects.exists()
    assert problems == []
