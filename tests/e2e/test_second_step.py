"""The second step in a browser: an app with and without JavaScript, on a desktop and a phone; passkeys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.ways import EVERY_WAY, SIZES
from tests.factories import PASSWORD, UserFactory, make_company
from tests.users.codes import code_of
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture
def ada(transactional_db: None) -> User:
    user = UserFactory(first_name="Ada", last_name="Lovelace", email="ada@lovelace.example")
    make_company("Lovelace Engines", owner=user)
    return user


def log_in(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Full email address").fill("ada@lovelace.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page) -> None:
    page.context.clear_cookies()


def show_who_it_is(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your password again")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def fits(page: Page) -> bool:
    """Nothing reaches out of the page to the right."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]


@EVERY_WAY
def test_app_is_set_up_and_then_asked_for(
    open_page: Open, ada: User, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_page(viewport=viewport, javascript=javascript)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    log_in(page)
    page.goto("/me/security/")
    assert fits(page)
    page.get_by_role("link", name="Set up an app").click()
    show_who_it_is(page)
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert fits(page)
    secret = page.get_by_label("Or type this key into the app").input_value()
    page.get_by_label("2. Enter the code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("10 of 10 are left.")).to_be_visible()
    assert fits(page)
    [recovery, *_] = page.get_by_label("Your codes").input_value().split()
    log_out(page)
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto("/me/sessions/")
    expect(page.get_by_text("This session")).to_be_visible()
    assert fits(page)
    assert refused == []


def give_authenticator(page: Page) -> None:
    """A security key with a fingerprint reader, as DevTools makes one."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@SIZES
def test_passkey_is_added_and_logs_in_without_the_password(
    open_page: Open, ada: User, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    give_authenticator(page)
    log_in(page)
    page.goto("/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    show_who_it_is(page)
    page.get_by_label("Name", exact=True).fill("Ada’s laptop")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("10 of 10 are left.")).to_be_visible()
    page.goto("/me/security/passkeys/")
    expect(page.get_by_role("rowheader", name="Ada’s laptop")).to_be_visible()
    assert fits(page)
    log_out(page)
    page.goto("/login/?next=/me/sessions/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")


def test_passkey_is_the_second_step_after_the_password(open_page: Open, ada: User) -> None:
    page = open_page()
    give_authenticator(page)
    log_in(page)
    page.goto("/me/security/passkeys/add/")
    show_who_it_is(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("10 of 10 are left.")).to_be_visible()
    log_out(page)
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lovelace Engines")


def test_browser_without_a_passkey_says_so_and_the_password_still_works(open_page: Open, ada: User) -> None:
    page = open_page()
    page.goto("/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    expect(page.get_by_text("The browser gave no passkey.")).to_be_hidden()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser gave no passkey.")
    log_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lovelace Engines")


def test_without_javascript_no_passkey_is_offered(open_page: Open, ada: User) -> None:
    page = open_page(javascript=False)
    page.goto("/login/")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
