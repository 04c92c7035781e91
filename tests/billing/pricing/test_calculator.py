"""The calculator's form: what it answers, and what it says to a number that is none."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from billing.pricing.forms import CalculatorForm
from billing.pricing.price_lists import FIRST


def calculator(query: str = "", *, suggested: int = 3, people: int = 3, limit: int = 1000) -> CalculatorForm:
    return CalculatorForm(QueryDict(query), suggested=suggested, people=people, limit=limit, prices=FIRST[1])


def test_answers_the_suggested_number_before_it_is_asked() -> None:
    form = calculator(suggested=7)
    assert form.estimate
    assert (form.estimate.seats, form.estimate.total) == (7, 23_17)


@pytest.mark.parametrize("seats", [0, 1, 5, 6, 1000])
def test_answers_the_number_in_the_address(seats: int) -> None:
    form = calculator(f"seats={seats}")
    assert form.estimate
    assert form.estimate.seats == seats


@pytest.mark.parametrize("seats", ["", "abc", "-1", "1001", "6.5", "9" * 40, "%00"])
def test_says_which_numbers_it_knows(seats: str) -> None:
    form = calculator(f"seats={seats}")
    assert form.estimate is None
    assert form.errors["seats"] == ["Enter a number from 0 to 1000."]


@pytest.mark.parametrize(
    ("people", "limit", "end"), [(1, 1000, 50), (312, 1000, 312), (1000, 1000, 1000), (10, 20, 20)]
)
def test_slider_ends_where_it_is_of_use(people: int, limit: int, end: int) -> None:
    assert calculator(people=people, limit=limit).slider_end == end
