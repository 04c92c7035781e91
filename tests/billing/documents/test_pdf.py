"""The PDF of a document: what it says, page by page, and that it is the same whenever it is made."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import translation
from fontTools.ttLib import TTFont

from billing.documents import printable_document
from billing.documents.models import Document
from billing.printing import pdf
from billing.printing.pdf.sheet import FONTS
from billing.printing.printable import Paper
from tests.billing.documents.reading import Reading, read

SELLER = {
    "name": "Example Tracker Ltd",
    "address": "1 Example Street",
    "tax_id": "VAT XX000000000",
    "bank": "Example Bank, BIC EXAMXX00",
    "account": "XX00 0000",
    "email": "billing@tracker.example",
}
RUSSIAN = {
    "company_name": "ООО «Северный ветер»",
    "legal_address": "Санкт-Петербург, набережная реки Карповки, 5",
    "country": "RU",
    "inn": "7813001234",
    "kpp": "781301001",
    "bic": "044030653",
    "account": "40702810955000001234",
}


def line(first: int, last: int, price: int, amount: int) -> dict[str, Any]:
    common = {"kind": "seats", "month": "2026-12", "dates": 27, "days": 31, "peak": 270, "peak_on": "2026-12-14"}
    return {**common, "first": first, "last": last, "price": price, "amount": amount}


def invoice(**changes: Any) -> Document:
    total = changes.pop("total", 135_49)
    facts = {"kind": "INV", "year": 2027, "number": 123, "issued_on": dt.date(2027, 1, 2), "language": "en"}
    facts |= {"seller": SELLER, "payer": {"company": "Northwind Robotics", "country": "DE"}, "currency": "USD"}
    facts |= {"lines": [line(1, 47, 331, 135_49)], "vat_rate": None, "vat": 0, "net": total, "total": total}
    return Document(**{**facts, **changes})


def russian() -> Document:
    facts = {"language": "ru", "currency": "RUB", "payer": RUSSIAN, "vat_rate": 22_00, "vat": 6_910_69}
    return invoice(lines=[line(1, 100, 440_00, 38_322_58)], total=38_322_58, net=31_411_89, **facts)


def proforma(language: str) -> Document:
    lines = [{"kind": "top_up", "reference": "TP-4K7Q", "amount": 500_00}]
    return invoice(kind="PRO", lines=lines, due_on=dt.date(2027, 1, 16), language=language, total=500_00)


def paper(number_of_rows: int) -> Paper:
    made = printable_document.printable(invoice())
    return dataclasses.replace(made, rows=list(made.rows) * number_of_rows)


def reading(document: Document) -> Reading:
    return read(pdf.render(printable_document.printable(document)))


def test_english_invoice_says_all_that_it_has_to() -> None:
    found = reading(invoice())
    assert found.texts == [
        *("Invoice", "INV-2027-000123", "Issued", "2 Jan 2027", "Period", "December 2026"),
        *("From", "Example Tracker Ltd", "1 Example Street", "VAT XX000000000"),
        *("Bill to", "Northwind Robotics", "Germany"),
        *("Description", "Users", "Price", "Days", "Amount"),
        *("Tracker, Full access, users 1 to 47", "47", "$3.31", "27 of 31", "$135.49"),
        *("Peak of 270 users on 14 Dec 2026",),
        *("Subtotal", "$135.49", "Without VAT", "—", "Total", "$135.49"),
        "The amount is taken from the balance.",
        "Questions: billing@tracker.example. Quote INV-2027-000123.",
        *("INV-2027-000123", "1 / 1"),
    ]


def test_russian_invoice_is_in_russian_with_vat_and_the_payers_numbers() -> None:
    words = reading(russian()).words
    for said in (
        *("Счёт", "2 января 2027 г.", "декабрь 2026", "Исполнитель", "Заказчик", "ООО «Северный ветер»", "Россия"),
        *("ИНН 7813001234", "КПП 781301001", "БИК 044030653", "Расчётный счёт 40702810955000001234"),
        *("Tracker, полный доступ, пользователи 1–100", "440,00 ₽", "27 из 31", "38 322,58 ₽"),
        *("В том числе НДС 22 %", "6 910,69 ₽", "Наибольшее число пользователей: 270, 14 декабря 2026 г."),
    ):
        assert said in words
    assert not {"Invoice", "Total", "Amount", "Bill to"} & set(words.split("\n"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Pay by",
                "16 Jan 2027",
                "Reference",
                "Name the reference TP-4K7Q in the transfer.",
                "Settlement account XX00 0000",
            ),
        ),
        ("ru", ("Счёт на оплату", "16 января 2027 г.", "Укажите номер платежа TP-4K7Q в назначении платежа.")),
    ],
)
def test_invoice_for_a_transfer_says_where_to_and_what_to_name(language: str, said: tuple[str, ...]) -> None:
    texts = reading(proforma(language)).texts
    assert "Example Bank, BIC EXAMXX00" in texts
    assert [text for text in said if text not in texts] == []


def test_language_is_the_documents_not_the_readers() -> None:
    with translation.override("ru"):
        assert "Invoice" in reading(invoice()).texts
    with translation.override("en"):
        assert "Счёт" in reading(russian()).texts


def test_file_is_the_same_whenever_it_is_made() -> None:
    made = []
    for year in (2027, 2031):
        with time_machine.travel(dt.datetime(year, 5, 6, tzinfo=dt.UTC), tick=False):
            made.append(pdf.render(printable_document.printable(russian())))
    assert made[0] == made[1]
    assert b"/CreationDate (D:20270102000000Z)" in made[0]


def test_control_another_document_is_another_file() -> None:
    assert pdf.render(printable_document.printable(invoice())) != pdf.render(
        printable_document.printable(invoice(number=124))
    )


def test_long_document_goes_on_with_the_head_repeated_and_each_page_numbered() -> None:
    found = read(pdf.render(paper(60)))
    assert len(found.pages) == 4
    for number, page in enumerate(found.pages, start=1):
        assert page.count("Description") == 1
        assert page[-2:] == ["INV-2027-000123", f"{number} / 4"]
    assert sum(page.count("Tracker, Full access, users 1 to 47") for page in found.pages) == 60
    assert [page.count("Total") for page in found.pages] == [0, 0, 0, 1]


def test_rows_do_not_break() -> None:
    """The small print of a row stands on its page."""
    for page in read(pdf.render(paper(60))).pages:
        assert page.count("Tracker, Full access, users 1 to 47") == page.count("Peak of 270 users on 14 Dec 2026")


def test_sums_never_stand_alone_and_never_leave_the_page() -> None:
    """As rows are added one by one, the last page has a row above its total, and no page is empty."""
    for rows in range(1, 25):
        pages = read(pdf.render(paper(rows))).pages
        assert all("Description" in page for page in pages)
        assert [page.count("Total") for page in pages] == [0] * (len(pages) - 1) + [1]


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_fonts_are_small_and_have_what_amounts_and_names_need(style: str) -> None:
    file = FONTS / f"Inter-{style}.ttf"
    letters = TTFont(file).getBestCmap()
    assert file.stat().st_size < 100_000
    assert [letter for letter in "AZaz09ÄßéŁőžАЯаяёЁ₽€$£№×−–—«»“”’\xa0" if ord(letter) not in letters] == []


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_figures_are_as_wide_as_each_other(style: str) -> None:
    font = TTFont(FONTS / f"Inter-{style}.ttf")
    letters = font.getBestCmap()
    assert len({font["hmtx"][letters[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_letters_that_the_fonts_lack_are_no_error() -> None:
    assert reading(invoice(payer={"company": "日本 🚀", "country": "JP"})).pages
