"""With JavaScript the calculator answers while one types, with the server's own words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect

from orgs.companies import companies
from orgs.tenancy.organization_models import Organization
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quiet(transactional_db: None, now: dt.datetime) -> Organization:
    """A company whose Tracker is not active."""
    return companies.create(owner=UserFactory(), name="Acme", country="DE", time_zone="UTC", now=now)


@pytest.fixture
def calculator(quiet: Organization, page: Page, client: Client, live_server: object) -> Page:
    """The settings page as its owner sees it."""
    client.force_login(quiet.memberships.get().user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/o/{quiet.slug}/tracker/settings/")
    return page


@pytest.mark.parametrize("seats", ["5", "6", "101", "270", "1001"])
def test_answer_while_typing_is_the_answer_of_the_server(calculator: Page, seats: str) -> None:
    number, answer = calculator.get_by_label("People who need Full access").last, calculator.locator("[data-answer]")
    before = calculator.url
    with calculator.expect_response(lambda response: f"seats={seats}" in response.url):
        number.fill(seats)
    expect(answer).not_to_have_attribute("aria-busy", "true")
    typed = answer.inner_text()
    assert calculator.url == before
    calculator.goto(f"{before}?seats={seats}")
    assert answer.inner_text() == typed


def test_slider_and_number_move_together(calculator: Page) -> None:
    slider, number = calculator.locator("input[type=range]"), calculator.locator("#id_seats")
    slider.focus()
    for _ in range(5):
        calculator.keyboard.press("ArrowRight")
    assert slider.input_value() == number.input_value() == "6"
    expect(calculator.locator("[data-answer]")).to_contain_text("From the 6th user all are paid")
    number.fill("20")
    assert slider.input_value() == "20"


@pytest.mark.parametrize("answer", ["none", "an error"])
def test_without_an_answer_the_whole_page_is_asked_for(calculator: Page, answer: str) -> None:
    def refuse(route: Route) -> None:
        if "hx-request" not in route.request.headers:
            route.continue_()
        elif answer == "none":
            route.abort()
        else:
            route.fulfill(status=500, body="an error")

    calculator.route("**/*seats=7*", refuse)
    calculator.locator("#id_seats").fill("7")
    calculator.wait_for_url("**/tracker/settings/?seats=7*")
    expect(calculator.locator("[data-answer]")).to_contain_text("7 users")


def test_emptied_number_asks_for_nothing(calculator: Page) -> None:
    number, asked = calculator.locator("#id_seats"), []
    calculator.on("request", lambda request: asked.append(request.url))
    number.fill("")
    calculator.wait_for_timeout(500)
    assert asked == []
    with calculator.expect_response(lambda response: "seats=8" in response.url):
        number.fill("8")
