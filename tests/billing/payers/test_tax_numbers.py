"""The checks of payment details, with numbers that are known to be right."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from billing.payers import russian_bank, tax_numbers
from billing.payment_details.forms import PayerField, PayerForm


@pytest.mark.parametrize(
    ("text", "length", "right"),
    [
        ("7736207543", 10, True),
        ("7707083893", 10, True),
        ("7707083894", 10, False),
        ("7736207543", 12, False),
        ("500100732259", 12, True),
        ("500100732258", 12, False),
        ("500100732259", 10, False),
        ("٧٧٣٦٢٠٧٥٤٣", 10, False),
        ("", 10, False),
    ],
)
def test_inn(text: str, length: int, right: bool) -> None:
    assert tax_numbers.is_inn(text, length=length) is right


@pytest.mark.parametrize(("text", "right"), [("1027700229193", True), ("1027700229194", False), ("x", False)])
def test_ogrn(text: str, right: bool) -> None:
    assert tax_numbers.is_ogrn(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [("773601001", True), ("7736AZ001", True), ("7736az001", False), ("77360100", False), ("773601001\n", False)],
)
def test_kpp(text: str, right: bool) -> None:
    assert russian_bank.is_kpp(text) is right


@pytest.mark.parametrize(("text", "right"), [("044525225", True), ("04452522", False), ("٠٤٤٥٢٥٢٢٥", False)])
def test_bic(text: str, right: bool) -> None:
    assert russian_bank.is_bic(text) is right


def test_settlement_account_has_one_check_digit_that_fits_its_bank() -> None:
    fitting = [digit for digit in "0123456789" if russian_bank.belongs(f"40702810{digit}00000002851", bic="044030827")]
    assert fitting == ["9"]
    assert not russian_bank.belongs("40702810900000002851", bic="044525225"), "the key is made with the bank's BIC"


def test_account_kept_by_the_central_bank_has_its_key_from_the_region() -> None:
    """Such BICs have 00 in their seventh and eighth place; a correspondent account has its key the same way."""
    assert russian_bank.belongs("30101810400000000225", bic="044525000")
    assert not russian_bank.belongs("30101810400000000225", bic="044525225")


@pytest.mark.parametrize("account", ["", "4070281090000000285", "407028109000000028511", "4070281090000000285x"])
def test_what_is_no_account_belongs_to_no_bank(account: str) -> None:
    assert not russian_bank.belongs(account, bic="044030827")
    assert not russian_bank.belongs("40702810900000002851", bic="0440308270")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("GB82WEST12345698765432", True),
        ("DE89370400440532013000", True),
        ("DE89370400440532013001", False),
        ("XX00", False),
        ("", False),
    ],
)
def test_iban(text: str, right: bool) -> None:
    assert tax_numbers.is_iban(text) is right


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("DE136695976", "DE", "DE136695976"),
        ("de 136.695.976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("DE136695978", "DE", ""),
        ("ATU13585627", "AT", "ATU13585627"),
        ("EL 094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("FR 40 303 265 045", "FR", "FR40303265045"),
        ("IE 6433435F", "US", "IE6433435F"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("980780685", "GB", ""),
        ("12-3456789", "US", ""),
        ("", "DE", ""),
        ("DE136695976", "../de", ""),
    ],
)
def test_vat_number(text: str, country: str, found: str) -> None:
    assert tax_numbers.vat_number(text, country) == found


@given(st.text(), st.sampled_from(["DE", "GR", "GB", "CH", "NO", "US", "IN", "IS", "BR", "XX", "", "\0"]))
def test_no_text_makes_a_check_raise(text: str, country: str) -> None:
    tax_numbers.vat_number(text, country)
    assert tax_numbers.is_iban(text) in (True, False)
    assert tax_numbers.is_ogrn(text) in (True, False)
    assert tax_numbers.is_inn(text, length=len(text)) in (True, False)
    assert russian_bank.belongs(text, bic=text) is False
    for field in PayerForm.base_fields.values():
        if isinstance(field, PayerField):
            with suppress(ValidationError):
                assert isinstance(field.check(text), str)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ +*", max_size=20), st.sampled_from(["DE", "GB", "CH", "US", "PL"]))
def test_no_number_makes_a_check_raise(text: str, country: str) -> None:
    assert tax_numbers.vat_number(text, country) in ("", *_candidates(text, country))
    tax_numbers.is_iban(tax_numbers.compact(text))


def _candidates(text: str, country: str) -> tuple[str, str]:
    number = tax_numbers.compact(text)
    return number, country + number
