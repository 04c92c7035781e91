"""`manage.py quote`: the monthly price, and what it says to what is no number or no currency."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def quote(*args: str) -> str:
    output = StringIO()
    call_command("quote", *args, stdout=output)
    return output.getvalue().strip()


@pytest.mark.parametrize(
    ("seats", "rub", "usd"),
    [  # product.md §5: the first hundred, up to 250, above; all are paid from the sixth on
        (0, "0.00", "0.00"),
        (1, "0.00", "0.00"),
        (5, "0.00", "0.00"),
        (6, "2640.00", "19.86"),
        (100, "44000.00", "331.00"),
        (101, "44400.00", "333.85"),
        (250, "104000.00", "758.50"),
        (251, "104360.00", "760.87"),
        (1000, "374000.00", "2536.00"),
    ],
)
def test_quote_is_the_price_list(seats: int, rub: str, usd: str) -> None:
    assert quote(str(seats), "--currency", "RUB") == f"{rub} RUB"
    assert quote(str(seats), "--currency", "USD") == f"{usd} USD"


def test_currency_may_be_written_small() -> None:
    assert quote("6", "--currency", "usd") == "19.86 USD"


@pytest.mark.parametrize("seats", ["", "six", "-1", "6.5", "1e3", "1,000", "١٢", "9" * 5000, " 6"])
def test_what_is_no_number_of_people_is_refused(seats: str) -> None:
    with pytest.raises(CommandError, match="is no number of people. Write a whole number from 0 on"):
        quote("--currency", "USD", "--", seats)


@pytest.mark.parametrize("currency", ["EUR", "", "US", "$"])
def test_currency_without_a_price_list_is_refused(currency: str) -> None:
    with pytest.raises(CommandError, match="There is no price list in .* There is one in RUB, USD"):
        quote("6", "--currency", currency)


@pytest.mark.parametrize("args", [[], ["6"], ["--currency", "USD"]])
def test_both_are_asked_for(args: list[str]) -> None:
    with pytest.raises(CommandError, match="the following arguments are required"):
        quote(*args)
