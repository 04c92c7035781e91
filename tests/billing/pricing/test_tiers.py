"""The price list: the numbers of product.md §5, and what must hold for every number of seats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money.formatting import format_count, format_money
from billing.pricing.estimates import estimate
from billing.pricing.price_lists import FIRST
from billing.pricing.tiers import Prices, monthly_lines, monthly_price

SEATS = st.integers(min_value=0, max_value=5000)
LISTS = st.sampled_from(FIRST)
RUB, USD = FIRST


@pytest.mark.parametrize(
    ("seats", "rub", "usd"),
    [
        (0, 0, 0),
        (1, 0, 0),
        (5, 0, 0),
        (6, 2_640_00, 19_86),
        (100, 44_000_00, 331_00),
        (101, 44_400_00, 333_85),
        (250, 104_000_00, 758_50),
        (251, 104_360_00, 760_87),
        (270, 111_200_00, 805_90),
        (1000, 374_000_00, 2_536_00),
    ],
)
def test_monthly_price(seats: int, rub: int, usd: int) -> None:
    assert (monthly_price(seats, RUB), monthly_price(seats, USD)) == (rub, usd)


@given(SEATS, LISTS)
def test_lines_name_every_paid_seat_and_add_up(seats: int, prices: Prices) -> None:
    lines = monthly_lines(seats, prices)
    assert sum(line.seats for line in lines) == (seats if seats > 5 else 0)
    assert sum(line.seats * line.price for line in lines) == monthly_price(seats, prices)


@given(SEATS, LISTS)
def test_one_person_more_never_costs_less(seats: int, prices: Prices) -> None:
    assert monthly_price(seats + 1, prices) >= monthly_price(seats, prices)


def test_estimate_counts_the_others_who_view_for_free() -> None:
    assert estimate(47, people=312, prices=USD).others == 265
    assert estimate(47, people=10, prices=USD).others == 0


@pytest.mark.parametrize(("seats", "is_first_paid"), [(5, False), (6, True), (7, False)])
def test_only_the_sixth_seat_is_the_step(seats: int, is_first_paid: bool) -> None:
    assert estimate(seats, people=10, prices=USD).is_first_paid is is_first_paid


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (164_50, "USD", "$164.50"),
        (2_536_00, "USD", "$2,536.00"),
        (-41_20, "USD", "−$41.20"),
        (111_200_00, "RUB", "RUB\u00a0111,200.00"),
        (-5, "RUB", "−RUB\u00a00.05"),
    ],
)
def test_money_has_its_currency_two_decimals_and_a_true_minus(amount: int, currency: str, text: str) -> None:
    assert format_money(amount, currency) == text


def test_counts_have_their_thousands_apart() -> None:
    assert format_count(1284) == "1,284"
