"""`Full access by day` as rows of a spreadsheet: what the chart and its table show."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from billing.usage.usage_page import Day


def table(days: Iterable[Day]) -> Iterable[Iterable[object]]:
    """The head, and a row for each day that has begun, in the words of the page."""
    yield [_("Date (UTC)"), _("Full access"), _("Charged")]
    for day in days:
        yield [day.date, day.number, _charged(day)]


def _charged(day: Day) -> str:
    if day.is_peak:
        return _("Yes, the peak")
    return _("Yes") if day.counts else _("No")
