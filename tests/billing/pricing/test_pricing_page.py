"""The public prices: tiers, worked examples and the calculator, without an account and without JavaScript."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db
URL = "/pricing/"


def page(query: str = "", **headers: str) -> str:
    response = Client(headers=headers).get(URL + query)
    assert response.status_code == 200
    return main(response)


def test_it_is_where_the_product_says() -> None:
    assert reverse("billing:pricing") == URL
    assert f'href="{URL}"' in Client().get("/").content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "Up to 5 $0.00",
        "6 to 100, the first five among them $3.31",
        "101 to 250 $2.85",
        "251 and more $2.37",
        "5 Free $0.00",
        "6 6 × $3.31 $19.86",
        "100 100 × $3.31 $331.00",
        "101 100 × $3.31 + 1 × $2.85 $333.85",
        "270 100 × $3.31 + 150 × $2.85 + 20 × $2.37 $805.90",
        "VAT is not included.",
        "245 people on 14 days of January, 270 on 7 and 260 on 10, it is 270",
    ],
)
def test_tiers_and_examples_in_dollars(text: str) -> None:
    assert text in page()


@pytest.mark.parametrize("text", ["6 6 × RUB 440.00 RUB 2,640.00", "RUB 111,200.00", "VAT is included."])
def test_the_same_in_rubles(text: str) -> None:
    assert text in page("?currency=RUB")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("?seats=47", "$155.57 a month"),
        ("?seats=5", "Up to 5 users are free."),
        ("?seats=6", "From the 6th user all are paid: $0.00 → $19.86."),
        ("?seats=270&currency=RUB", "RUB 111,200.00 a month"),
        ("?seats=6&currency=EUR", "$19.86 a month"),
        ("?seats=many", "Enter a number from 0 to 1000."),
        ("?seats=1001", "Enter a number from 0 to 1000."),
    ],
)
def test_server_answers_the_calculator(query: str, text: str) -> None:
    assert text in page(query)


def test_currency_that_is_shown_is_the_one_that_is_chosen() -> None:
    assert '<option value="RUB" selected>' in Client().get(f"{URL}?currency=RUB").content.decode()


def test_it_asks_the_database_at_most_for_the_price_lists() -> None:
    page()
    with counted_queries() as found:
        page()
    assert len(found) <= 1
