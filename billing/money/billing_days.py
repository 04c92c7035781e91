"""Days and months of billing: UTC dates, spans of instants, half-open."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import BadRequest

DAY = dt.timedelta(days=1)
FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class Span(NamedTuple):
    """From an instant (UTC) to before another one."""

    start: dt.datetime
    end: dt.datetime

    def meets(self, other: Span) -> bool:
        """Whether they share an instant; an empty one has none."""
        return max(self.start, other.start) < min(self.end, other.end)


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def month_of(date: dt.date) -> dt.date:
    """The month's first date, by which months are named here."""
    return date.replace(day=1)


def midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), dt.UTC)


def span_of(date: dt.date) -> Span:
    return Span(midnight(date), midnight(date + DAY))


def length(month: dt.date) -> int:
    """How many dates it has."""
    return calendar.monthrange(month.year, month.month)[1]


def following(month: dt.date) -> dt.date:
    """The next month."""
    return month + length(month) * DAY


def preceding(month: dt.date) -> dt.date:
    """The month before."""
    return month_of(month - DAY)


def charge_date(month: dt.date) -> dt.date:
    """The date from which on a month is charged: the 2nd of the next one (product.md §5)."""
    return following(month).replace(day=2)


def dates_of(month: dt.date) -> Iterator[dt.date]:
    return (month + number * DAY for number in range(length(month)))


def parse(text: str) -> dt.date:
    """A date from 2026-11-25, or the first one of a month from 2026-11. Raises BadRequest (400)."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", text):
        raise BadRequest("no date")
    try:
        return dt.date.fromisoformat(text if len(text) > len("2026-11") else f"{text}-01")
    except ValueError as error:
        raise BadRequest("no date") from error
