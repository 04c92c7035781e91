"""How mails and pages speak of instants: in the company's language and zone, and as days that are left."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format

from orgs.tenancy.organization_models import Organization

DAY = dt.timedelta(days=1)


def days_left(until: dt.datetime, now: dt.datetime) -> int:
    """Begun days of 24 h until the instant; 0 from the instant on."""
    return max(0, math.ceil((until - now) / DAY))


@contextmanager
def spoken(org: Organization) -> Iterator[None]:
    """The company's language and time zone."""
    with translation.override(org.language), timezone.override(ZoneInfo(org.time_zone)):
        yield


def instant(at: dt.datetime) -> str:
    """Date, time, zone and its distance from UTC, which tells the two hours of an autumn night apart.

    UTC needs no distance from itself. Seconds are cut off: nothing happens before the minute that is shown.
    """
    local = timezone.localtime(at)
    text, zone = date_format(local, "j M Y, H:i"), timezone.get_current_timezone_name()
    return f"{text} {zone}" if zone == "UTC" else f"{text} {zone} ({utc_offset(local)})"


def utc_offset(local: dt.datetime) -> str:
    """UTC, UTC+1, UTC-3:30."""
    minutes = round((local.utcoffset() or dt.timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")
