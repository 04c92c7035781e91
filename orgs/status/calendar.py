"""The dates ahead of a company's Tracker as an iCalendar file (RFC 5545): `Add dates to calendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from orgs.lifecycle.emails import settings_url
from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.organization_models import Organization, State

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Date:
    """Something that happens at an instant (UTC). `kind` is part of the event's UID, which outlives a moved date."""

    kind: str
    at: dt.datetime
    summary: str


def dates(ahead: LifecycleSummary) -> Iterator[Date]:
    """What happens if nothing changes, in order."""
    deletion_at = ahead.deletion_at or ahead.deletion_after_debt
    if ahead.state == State.TRIAL and ahead.trial_ends_at:
        summary = _("Tracker becomes Read only") if ahead.blocker else _("The free trial of Tracker ends")
        yield Date("trial-end", ahead.trial_ends_at, summary)
    if ahead.debt_due_at:
        yield Date("debt", ahead.debt_due_at, _("Tracker becomes Read only"))
    if deletion_at and not ahead.is_overdue:
        yield Date("deletion", deletion_at, _("All Tracker data is deleted"))


def calendar_file(org: Organization, ahead: LifecycleSummary) -> str:
    """The file's text."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tracker Portal//Lifecycle//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for date in dates(ahead):
        calendar.add_component(event(org, date, ahead.now))
    return str(calendar.to_ical().decode())


def event(org: Organization, date: Date, now: dt.datetime) -> Event:
    """One event without a duration, which keeps nobody's time busy."""
    found = Event()
    found.add("uid", f"{date.kind}.{org.slug}@{urlsplit(settings.ORIGIN).hostname}")
    found.add("dtstamp", now.astimezone(dt.UTC))
    found.add("dtstart", date.at.astimezone(dt.UTC))
    found.add("summary", printable(f"{date.summary}: {org.name}"))
    found.add("url", settings_url(org))
    found.add("transp", "TRANSPARENT")
    return found


def printable(text: str) -> str:
    """Of control characters a text has line breaks alone (RFC 5545 §3.3.11)."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")
