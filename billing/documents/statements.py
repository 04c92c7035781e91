"""The statement: what the balance was when a period began, every entry in it, and what it was at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.documents import entry_texts
from billing.documents.entry_texts import Told
from billing.documents.models import Document
from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, Posting
from billing.money import billing_days
from orgs.lists.paging import Page, paginate
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest


@dataclass(frozen=True)
class Period:
    """From the beginning of `first` to the end of `last`, both UTC dates."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return billing_days.midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The first instant that is not in it."""
        return billing_days.midnight(self.last + billing_days.DAY)


@dataclass(frozen=True)
class Line:
    """An entry: its amount and the balance after it, in minor units."""

    date: dt.date
    told: Told
    amount: int
    balance: int

    @property
    def document(self) -> Document | None:
        return self.told.document


@dataclass(frozen=True)
class Statement:
    """`before`: the balance before the first of `lines`, which is `opening` where the period begins with them."""

    period: Period
    currency: str
    opening: int
    closing: int
    before: int
    lines: list[Line]
    page: Page | None = None


def this_month(today: dt.date) -> Period:
    return Period(billing_days.month_of(today), today)


def whole(org: Organization, period: Period) -> Statement:
    """The whole statement, for a file."""
    return _build(org, period, list(_entries(org, period).order_by("at", "pk")))


def paged(request: CompanyRequest, period: Period) -> Statement:
    """One page of the statement. Raises BadRequest for a cursor that is none."""
    page = paginate(_entries(request.org, period), request, keys=("at", "id"))
    return _build(request.org, period, page.rows, page=page)


def _build(org: Organization, period: Period, rows: list[Any], page: Page | None = None) -> Statement:
    opening = ledger.balance_at(org, period.start)
    before = _before(org, rows[0]) if rows and page and page.previous_url else opening
    closing = ledger.balance_at(org, period.end)
    return Statement(period, org.currency, opening, closing, before, _lines(org, rows, before), page)


def _entries(org: Organization, period: Period) -> QuerySet[Any]:
    """The entries that moved the balance, with their `amount`."""
    mine = Q(postings__org=org, postings__account__code=AccountCode.CUSTOMER)
    rows = Entry.objects.filter(mine, org=org, at__gte=period.start, at__lt=period.end)
    return rows.annotate(amount=F("postings__amount")).select_related("reverses")


def _before(org: Organization, entry: Entry) -> int:
    """The balance before an entry: what was posted until then, in the order in which the statement tells it."""
    earlier = Q(entry__at__lt=entry.at) | Q(entry__at=entry.at, entry__lt=entry.pk)
    mine = Posting.objects.filter(earlier, org=org, account__code=AccountCode.CUSTOMER)
    total: int = mine.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
    return total


def _lines(org: Organization, rows: Iterable[Any], before: int) -> list[Line]:
    rows, lines, balance = list(rows), [], before
    told = entry_texts.tell(org, rows)
    for row in rows:
        balance += row.amount
        lines.append(Line(billing_days.day_of(row.at), told[row.pk], row.amount, balance))
    return lines
