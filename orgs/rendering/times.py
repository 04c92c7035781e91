"""Times as people read them, in the reader's time zone."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
WEEK = 7  # days


def _time(value: dt.date, text: str, title: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), title, text)


def _instant_text(local: dt.datetime) -> str:
    return f"{_day_text(local)}, {local:%H:%M}"


def _day_text(value: dt.date) -> str:
    date = value.date() if isinstance(value, dt.datetime) else value
    return _kept_day_text(date, get_language())


@lru_cache(maxsize=4_000)  # a page names the same few days again and again
def _kept_day_text(date: dt.date, language: str | None) -> str:
    return date_format(date, "j M Y")


def instant(value: dt.datetime | None) -> SafeString | str:
    """Date and time in the reader's time zone, which the title names; a dash for None."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    text = _instant_text(local)
    return _time(local, text, f"{text} {timezone.get_current_timezone_name()}")


def day(value: dt.date | None) -> SafeString | str:
    """The date; that of an instant in the reader's time zone; a dash for None."""
    if value is None:
        return "—"
    if not isinstance(value, dt.datetime):
        return _time(value, _day_text(value), _day_text(value))
    local = timezone.localtime(value)
    return _time(local, _day_text(local), f"{_instant_text(local)} {timezone.get_current_timezone_name()}")


def ago(value: dt.datetime | None, now: dt.datetime, inside: bool = False) -> SafeString | str:
    """How long ago, in few words, with the instant as the title; `Never` for None. `inside`: within a sentence."""
    if value is None:
        return _("Never")
    local = timezone.localtime(value)
    title = f"{_instant_text(local)} {timezone.get_current_timezone_name()}"
    text = _ago_text(local, timezone.localtime(now))
    small = {_("Just now"): _("just now"), _("Yesterday"): _("yesterday")} if inside else {}
    return _time(local, small.get(text, text), title)


def _ago_text(then: dt.datetime, now: dt.datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    days = (now.date() - then.date()).days
    if seconds < MINUTE:
        return _("Just now")
    if seconds < HOUR:
        return ngettext("%d min ago", "%d min ago", seconds // MINUTE) % (seconds // MINUTE)
    if days == 0:
        return ngettext("%d hour ago", "%d hours ago", seconds // HOUR) % (seconds // HOUR)
    if days == 1:
        return _("Yesterday")
    if days < WEEK:
        return ngettext("%d day ago", "%d days ago", days) % days
    return date_format(then, "j M") if then.year == now.year else _day_text(then)
