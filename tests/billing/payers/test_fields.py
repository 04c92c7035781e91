"""The fields of payment details, and the form of them."""

from __future__ import annotations

import pytest

from billing.payers.models import Payer, PayerKind
from billing.payment_details import forms as payer_forms
from billing.payment_details.forms import LABELS, PayerForm, plain
from tests.billing.payers.payer_form import GMBH, OOO, PERSON, posted

INDIVIDUAL, LEGAL_ENTITY = PayerKind.INDIVIDUAL, PayerKind.LEGAL_ENTITY


def form(kind: PayerKind, country: str, fields: dict[str, str], **more: str) -> PayerForm:
    return PayerForm(posted(kind, country, fields, **more), initial={})


def wrong(found: PayerForm) -> dict[str, str]:
    """The names of the fields that are wrong, and what is said at each."""
    return {plain(name): errors[0] for name, errors in found.errors.items()}


# --- the fields -------------------------------------------------------------------------------------------
def test_every_field_has_a_label() -> None:
    assert all(LABELS[plain(name)] for name in PayerForm.base_fields)


def test_same_name_has_the_same_label_for_both_kinds() -> None:
    labels = {(plain(name), str(field.label)) for name, field in PayerForm.base_fields.items()}
    assert len(labels) == len({name for name, _ in labels})
    assert len(labels) == len(PayerForm.base_fields) - 2, "control: INN and the email address are asked of both"


@pytest.mark.parametrize(
    ("country", "asked"),
    [
        ("RU", {"inn", "kpp", "ogrn", "bic", "account"}),
        ("DE", {"registration_number", "vat_number", "iban"}),
    ],
)
def test_country_decides_the_numbers(country: str, asked: set[str]) -> None:
    shown = form(LEGAL_ENTITY, country, {})
    [fields] = [fields for kind, fields in shown.groups() if kind == LEGAL_ENTITY]
    placed = {field.name for field in fields if getattr(field.field, "place", "")}
    assert {plain(name) for name in placed if shown.is_asked(name)} == asked


def test_lines_of_an_address_are_kept_and_empty_ones_are_not() -> None:
    assert payer_forms.lines(" Köpenicker  Straße 40 \r\n\r\n10179 Berlin\n") == ("Köpenicker Straße 40\n10179 Berlin")


# --- the form ---------------------------------------------------------------------------------------------
def test_person() -> None:
    found = form(INDIVIDUAL, "DE", PERSON)
    assert wrong(found) == {}
    assert found.arguments() == {"kind": INDIVIDUAL, "country": "DE", "language": "en", "details": PERSON}


def test_german_company_keeps_its_numbers_without_spaces() -> None:
    found = form(LEGAL_ENTITY, "DE", GMBH, phone="+49 (30) 90-1820")
    assert wrong(found) == {}
    details = found.arguments()["details"]
    assert details["vat_number"] == "DE136695976"
    assert details["iban"] == "DE89370400440532013000"
    assert details["phone"] == "+49 (30) 90-1820"
    assert not {"same_address", "postal_address", "inn", "contact"} & details.keys()
    assert (
        found.checked_vat()
        == "VAT DE136695976: the form of the number is right. Whether it is registered was not checked."
    )


def test_russian_company_keeps_its_numbers_without_spaces() -> None:
    found = form(LEGAL_ENTITY, "RU", OOO, vat_number="DE1", iban="nonsense")
    assert wrong(found) == {}, "what is asked for elsewhere is ignored"
    details = found.arguments()["details"]
    assert (details["inn"], details["bic"], details["account"]) == ("7736207543", "044030827", "40702810900000002851")
    assert not {"vat_number", "iban"} & details.keys()


@pytest.mark.parametrize(("kind", "inn"), [(INDIVIDUAL, "500100732259"), (LEGAL_ENTITY, "7736207543")])
def test_inn_has_the_length_of_the_kind(kind: PayerKind, inn: str) -> None:
    fields = PERSON if kind == INDIVIDUAL else OOO
    other = {INDIVIDUAL: "7736207543", LEGAL_ENTITY: "500100732259"}[kind]
    assert wrong(form(kind, "RU", fields, inn=inn)) == {}
    assert list(wrong(form(kind, "RU", fields, inn=other))) == ["inn"]


def test_person_in_russia_needs_no_inn() -> None:
    assert wrong(form(INDIVIDUAL, "RU", PERSON)) == {}


@pytest.mark.parametrize(
    ("country", "change", "said"),
    [
        ("RU", {"inn": "7736207544"}, "Check the INN: a company’s has 10 digits."),
        ("RU", {"kpp": "7736"}, "Check the KPP: it has 9 characters, such as 773601001."),
        ("RU", {"ogrn": "1027700229194"}, "Check the OGRN: it has 13 digits."),
        ("RU", {"bic": "44030827"}, "Check the BIC: it has 9 digits."),
        ("RU", {"account": "4070281090000000285"}, "Check the account: it has 20 digits."),
        ("RU", {"account": "40702810800000002851"}, "The account does not fit the BIC. Check both."),
        ("RU", {"kpp": ""}, "Enter the KPP."),
        ("DE", {"vat_number": "DE136695978"}, "This is no VAT number of the country."),
        ("DE", {"iban": "DE89370400440532013001"}, "Check the IBAN"),
        ("DE", {"email": "accounts"}, "Enter an email address, such as name@company.com."),
        ("DE", {"phone": "call me"}, "Enter a phone number"),
        ("DE", {"registration_number": " "}, "Enter the registration number."),
        ("DE", {"same_address": ""}, "Enter the postal address, or tick that it is the same."),
        ("DE", {"contact": "x" * 201}, "Use 200 characters at most; there are 201."),
    ],
)
def test_each_mistake_is_said_at_its_field(country: str, change: dict[str, str], said: str) -> None:
    found = wrong(form(LEGAL_ENTITY, country, OOO if country == "RU" else GMBH, **change))
    [(name, sentence)] = found.items()
    assert name == next(iter(change)).replace("same", "postal")
    assert said in sentence


def test_tax_number_outside_of_the_union_is_kept_as_typed_and_not_called_valid() -> None:
    found = form(LEGAL_ENTITY, "US", GMBH, vat_number="12-3456789")
    assert wrong(found) == {}
    assert found.arguments()["details"]["vat_number"] == "12-3456789"
    assert found.checked_vat() == ""


def test_postal_address_counts_only_when_it_is_another_one() -> None:
    away = {"postal_address": "Postfach 1\n10179 Berlin"}
    same = form(LEGAL_ENTITY, "DE", GMBH, **away)
    other = form(LEGAL_ENTITY, "DE", GMBH, **away, same_address="")
    assert same.is_valid()
    assert other.is_valid()
    assert "postal_address" not in same.arguments()["details"]
    assert other.arguments()["details"]["postal_address"] == away["postal_address"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": ""}, {"kind": "Choose who pays."}),
        ({"kind": "both"}, {"kind": "Choose who pays."}),
        ({"country": ""}, {"country": "Choose a country."}),
        ({"country": "Atlantis"}, {"country": "Choose a country from the list."}),
    ],
)
def test_kind_and_country_are_chosen(change: dict[str, str], said: dict[str, str]) -> None:
    found = PayerForm(posted(LEGAL_ENTITY, "DE", GMBH) | change, initial={})
    assert said.items() <= {name: errors[0] for name, errors in found.errors.items()}.items()


def test_empty_form_tells_what_is_missing_of_the_kind_and_nothing_of_the_other() -> None:
    found = PayerForm({"kind": "individual", "country": "DE", "language": "en"}, initial={})
    assert set(found.errors) == {f"individual_{name}" for name in ("first_name", "last_name", "address", "email")}


@pytest.mark.parametrize("kind", ["", "both", "legal", "legal_entity_legal"])
def test_of_an_unknown_kind_nothing_is_missing(kind: str) -> None:
    assert set(PayerForm({"kind": kind, "country": "DE", "language": "en"}, initial={}).errors) == {"kind"}


def test_form_shows_what_is_saved() -> None:
    details = {"company_name": "Northwind", "postal_address": "Postfach 1"}
    saved = Payer(kind=LEGAL_ENTITY, country="DE", details=details)
    shown = payer_forms.initial(saved, country="US", language="ru", company="Other", email="me@example.com")
    assert shown == {
        "kind": "legal_entity",
        "country": "DE",
        "language": "ru",
        "legal_entity_company_name": "Northwind",
        "legal_entity_postal_address": "Postfach 1",
        "legal_entity_same_address": False,
    }
