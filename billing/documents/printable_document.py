"""An issued document as a paper, in the document's own language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.documents.models import Document, DocumentKind
from billing.money import billing_days
from billing.money.formatting import format_count, format_money
from billing.printing import parties, written_dates
from billing.printing.printable import Column, Paper, Row, Sum


def printable(document: Document) -> Paper:
    """The paper follows from the document's row alone, so it is the same for ever."""
    with translation.override(document.language):
        is_asking = document.kind == DocumentKind.PROFORMA
        return Paper(
            language=document.language,
            title=title(document.kind),
            name=document.name,
            dated_on=document.issued_on,
            author=document.seller.get("name", ""),
            facts=_facts(document),
            parties=[parties.seller(document.seller, with_bank=is_asking), parties.payer(document.payer)],
            columns=_seat_columns() if document.kind == DocumentKind.INVOICE else _top_up_columns(),
            rows=_rows(document),
            sums=_sums(document),
            notes=_notes(document),
        )


def title(kind: str) -> str:
    """What the kind of document is called."""
    return str(DocumentKind(kind).label)


def _facts(document: Document) -> list[tuple[str, str]]:
    facts = [(pgettext("document", "Issued"), written_dates.day(document.issued_on))]
    if month := next((line["month"] for line in document.lines if "month" in line), None):
        facts.append((_("Period"), written_dates.month(billing_days.parse(month))))
    if document.due_on:
        facts.append((_("Pay by"), written_dates.day(document.due_on)))
    if reference := _reference(document):
        facts.append((_("Reference"), reference))
    if document.kind == DocumentKind.RECEIPT:
        facts.append((pgettext("of a document", "Payment"), _("By card")))
    return facts


def _reference(document: Document) -> str:
    """What a bank transfer must name; invoices ask for none."""
    return next((line["reference"] for line in document.lines if "reference" in line), "")


def _seat_columns() -> list[Column]:
    return [
        Column(_("Description"), is_wide=True),
        Column(pgettext("number of them", "Users"), is_number=True),
        Column(pgettext("of one user", "Price"), is_number=True),
        Column(pgettext("number of them", "Days"), is_number=True),
        Column(_("Amount"), is_number=True),
    ]


def _top_up_columns() -> list[Column]:
    return [Column(_("Description"), is_wide=True), Column(_("Amount"), is_number=True)]


def _rows(document: Document) -> list[Row]:
    """The peak is told once, on the first line."""
    rows = [_row(line, document.currency) for line in document.lines]
    if rows and (peak := _peak(document.lines[0])):
        rows[0] = Row(rows[0].cells, note=peak)
    return rows


def _row(line: dict[str, Any], currency: str) -> Row:
    amount = format_money(line["amount"], currency)
    if line["kind"] == "top_up":
        return Row([_("Advance payment for Tracker"), amount])
    span = {"first": format_count(line["first"]), "last": format_count(line["last"])}
    users = format_count(line["last"] - line["first"] + 1)
    days = _("%(dates)s of %(days)s") % {"dates": line["dates"], "days": line["days"]}
    is_one = line["first"] == line["last"]
    text = (
        _("Tracker, Full access, user %(first)s") if is_one else _("Tracker, Full access, users %(first)s to %(last)s")
    )
    text = text % span
    return Row([text, users, format_money(line["price"], currency), days, amount])


def _peak(line: dict[str, Any]) -> str:
    """Which number sets the price, and since when."""
    if not line.get("peak_on"):
        return ""
    named = {"number": format_count(line["peak"]), "date": written_dates.day(dt.date.fromisoformat(line["peak_on"]))}
    return _("Peak of %(number)s users on %(date)s") % named


def _sums(document: Document) -> list[Sum]:
    """The lines add up to the total; where there is VAT, it is a part of it."""
    total = format_money(document.total, document.currency)
    if document.vat_rate is None:
        tax = Sum(_("Without VAT"), "—")
    else:
        label = _("Including VAT %(rate)s%%") % {"rate": written_dates.percent(document.vat_rate)}
        tax = Sum(label, format_money(document.vat, document.currency))
    return [Sum(_("Subtotal"), total), tax, Sum(_("Total"), total, is_total=True)]


def _notes(document: Document) -> list[str]:
    notes = [_purpose(document)]
    if email := document.seller.get("email"):
        notes.append(_("Questions: %(email)s. Quote %(name)s.") % {"email": email, "name": document.name})
    return notes


def _purpose(document: Document) -> str:
    """What becomes of the amount."""
    if reference := _reference(document):
        return _("Name the reference %(reference)s in the transfer.") % {"reference": reference}
    if document.kind == DocumentKind.RECEIPT:
        return _("The amount is on the balance.")
    return _("The amount is taken from the balance.")
