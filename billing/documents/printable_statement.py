"""A statement as a paper, in the language of documents, and as rows of a spreadsheet, in the reader's."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from billing.documents import documents
from billing.documents.statements import Line, Period, Statement, whole
from billing.money.formatting import as_decimal, format_money
from billing.payers import payers
from billing.printing import parties, written_dates
from billing.printing.printable import Column, Paper, Row, Sum
from orgs.tenancy.organization_models import Organization


def printable(org: Organization, period: Period) -> Paper:
    """The whole period; what was reversed or paid since is no part of it, so a past one stays as it is."""
    payer = payers.current(org)
    language = documents.language_of(org, payer)
    with translation.override(language):
        statement = whole(org, period)
        return Paper(
            language=language,
            title=_("Statement"),
            name=written_dates.days(period.first, period.last),
            dated_on=period.last,
            author=settings.SELLER["name"],
            facts=_facts(statement),
            parties=[parties.seller(settings.SELLER), parties.payer(documents.payer_of(org, payer))],
            columns=_columns(),
            rows=[_opening(statement, period), *(_row(statement, line) for line in statement.lines)],
            sums=[Sum(_("Closing balance"), _money(statement, statement.closing), is_total=True)],
            notes=[_("Days are UTC dates.")],
        )


def table(statement: Statement) -> Iterable[Iterable[object]]:
    """Rows of a spreadsheet: its head, the opening balance, the entries, the closing balance."""
    currency = statement.currency
    yield [_("Date (UTC)"), _("What it was"), _("Document"), _("Amount"), _("Balance"), _("Currency")]
    opening, closing = as_decimal(statement.opening, currency), as_decimal(statement.closing, currency)
    yield [statement.period.first, _("Opening balance"), "", "", opening, currency]
    for line in statement.lines:
        amount, balance = as_decimal(line.amount, currency), as_decimal(line.balance, currency)
        yield [line.date, line.told.text, line.document or "", amount, balance, currency]
    yield [statement.period.last, _("Closing balance"), "", "", closing, currency]


def _facts(statement: Statement) -> list[tuple[str, str]]:
    return [
        (_("Opening balance"), _money(statement, statement.opening)),
        (_("Closing balance"), _money(statement, statement.closing)),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Date")),
        Column(_("What it was"), is_wide=True),
        Column(_("Document")),
        Column(_("Amount"), is_number=True),
        Column(_("Balance"), is_number=True),
    ]


def _opening(statement: Statement, period: Period) -> Row:
    return Row([written_dates.day(period.first), _("Opening balance"), "", "", _money(statement, statement.opening)])


def _row(statement: Statement, line: Line) -> Row:
    document = line.document.name if line.document else ""
    amount, balance = _money(statement, line.amount), _money(statement, line.balance)
    return Row([written_dates.day(line.date), line.told.text, document, amount, balance])


def _money(statement: Statement, amount: int) -> str:
    return format_money(amount, statement.currency)
