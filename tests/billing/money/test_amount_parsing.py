"""Amounts as people type them: to the minor unit, and nothing that could mean two amounts."""

from __future__ import annotations

import pytest

from billing.money import amount_parsing
from billing.money.formatting import format_money

SPACE, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1,234.50", 1234_50),
        ("1234,50", 1234_50),
        ("1.234,50", 1234_50),
        (f"1{SPACE}234,50", 1234_50),
        (f"1{NARROW}234.50", 1234_50),
        ("1'234.5", 1234_50),
        ("1,234", 1234_00),
        ("1,234,567.89", 1_234_567_89),
        ("1.234.567", 1_234_567_00),
        (" 100 ", 100_00),
        ("$100", 100_00),
        ("100 usd", 100_00),
        ("0.07", 7),
        ("0,1", 10),
        ("-41.20", -41_20),
        ("−41.20", -41_20),
        ("99999999.99", 99_999_999_99),
    ],
)
def test_amount_is_read_to_the_minor_unit(typed: str, minor: int) -> None:
    assert amount_parsing.parse(typed, "USD") == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "ten",
        "1.234",
        "0,500",
        "1.005",
        "1,234,50",
        "1.2.3",
        "12,34,567",
        "1e3",
        "١٢",
        "100 EUR",
        "₽100",
        "1..5",
        ".5.",
        "NaN",
        "1/2",
    ],
)
def test_what_means_no_amount_or_two_is_refused(typed: str) -> None:
    with pytest.raises(amount_parsing.Unreadable):
        amount_parsing.parse(typed, "USD")


@pytest.mark.parametrize("minor", [1, 99, 100, 12_34, 999_99, 1_000_00, 1_234_567_89, -5_00])
@pytest.mark.parametrize("currency", ["USD", "RUB"])
def test_what_the_product_writes_it_reads(minor: int, currency: str) -> None:
    assert amount_parsing.parse(format_money(minor, currency), currency) == minor
