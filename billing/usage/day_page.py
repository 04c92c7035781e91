"""Who held a seat on a day (UTC), from when to when, and because of which source: what a figure opens to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.money import billing_days
from billing.seats.models import SeatInterval
from billing.seats.seat_intervals import MISTAKE, Interval, unbroken
from billing.usage import usage_page
from orgs.lists.paging import Page, paginate
from orgs.people.models import Department, Team
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

GONE = gettext_lazy("(deleted)")
KINDS: dict[str, type[Department | Team]] = {"team": Team, "department": Department}


@dataclass(frozen=True)
class Entry:
    """An interval of a person, in words. `is_mistake`: it was undone within 30 minutes, so it is left out."""

    interval: SeatInterval
    because: str
    is_mistake: bool


@dataclass(frozen=True)
class DayJournal:
    """One page of a day's entries; `previous` and `following` are None where the company has none."""

    date: dt.date
    entries: list[Entry]
    page: Page
    previous: dt.date | None
    following: dt.date | None

    @property
    def month(self) -> str:
        """Its month, as addresses have it."""
        return f"{self.date:%Y-%m}"


def day_journal(request: CompanyRequest) -> DayJournal:
    """The day that is asked for. Raises BadRequest for what is none, Http404 where the company has none."""
    org, today = request.org, billing_days.day_of(request.now)
    oldest = billing_days.day_of(org.created_at)
    date = usage_page.asked(request.GET.get("day"), oldest=oldest, newest=today)
    page = paginate(_rows(org, date), request, keys=("started_at", "id"))
    previous = date - billing_days.DAY if date > oldest else None
    following = date + billing_days.DAY if date < today else None
    return DayJournal(date, _entries(org, page.rows), page, previous, following)


def _rows(org: Organization, date: dt.date) -> QuerySet[SeatInterval]:
    """Those that share an instant with the day, and those that began in it and ended at once."""
    day = billing_days.span_of(date)
    lasts = Q(ended_at=None) | Q(ended_at__gt=day.start) | Q(started_at__gte=day.start)
    return SeatInterval.objects.filter(lasts, org=org, started_at__lt=day.end).select_related("member__user")


def _entries(org: Organization, rows: Sequence[SeatInterval]) -> list[Entry]:
    """At most three statements, however many rows."""
    names, mistakes = _names(org, rows), _mistakes(org, rows)
    return [Entry(row, _because(row.because, names), row.pk in mistakes) for row in rows]


def _mistakes(org: Organization, rows: Iterable[SeatInterval]) -> set[int]:
    """The short ones that stay so together with what joins them without a gap."""
    short = [row for row in rows if row.ended_at and row.ended_at - row.started_at < MISTAKE]
    if not short:
        return set()
    begin, end = min(row.started_at for row in short), max(row.started_at for row in short)
    near = SeatInterval.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=begin),
        org=org,
        member__in={row.member_id for row in short},
        started_at__lte=end + MISTAKE,
    ).values_list("member", "started_at", "ended_at")
    wholes = [whole for whole in unbroken(Interval(*each) for each in near) if whole.is_mistake]
    return {row.pk for row in short if any(_holds(whole, row) for whole in wholes)}


def _holds(whole: Interval, row: SeatInterval) -> bool:
    """Whether the row is a part of the unbroken interval."""
    if whole.member != row.member_id or row.ended_at is None or whole.ended_at is None:
        return False
    return whole.started_at <= row.started_at and row.ended_at <= whole.ended_at


def _names(org: Organization, rows: Iterable[SeatInterval]) -> dict[tuple[str, str], str | Promise]:
    """(kind, public id) → what the source is called; at most one statement for each kind."""
    codes = {tuple(row.because.split(":", 1)) for row in rows if ":" in row.because}
    names: dict[tuple[str, str], str | Promise] = {}
    for kind, model in KINDS.items():
        if wanted := {public_id for named, public_id in codes if named == kind}:
            found = model.objects.filter(org=org, public_id__in=wanted).values_list("public_id", "name")
            names |= {(kind, public_id): name for public_id, name in found}
    return names


def _because(code: str, names: dict[tuple[str, str], str | Promise]) -> str:
    """The source in words; a team or a department may have been deleted since."""
    kind, _colon, public_id = code.partition(":")
    name = names.get((kind, public_id), GONE)
    if kind == "team":
        return _("Team %(name)s") % {"name": name}
    return _("Department %(name)s") % {"name": name} if kind == "department" else _("Given to the person")
