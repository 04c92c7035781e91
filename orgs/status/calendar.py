"""The dates ahead of a company's Tracker as an iCalendar file (RFC 5545): `Add dates to calendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.emails import settings_url
from orgs.tenancy.organization_models import Organization, State

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Date:
    """Something that happens at an instant (UTC). `kind` is part of the event's UID, which outlives a moved date."""

    kind: str
    at: dt.datetime
    summary: str


def dates(org: Organization, now: dt.datetime) -> Iterator[Date]:
    """What happens after `now` if nothing changes, in order."""
    state, deletion_at = lifecycle.state_at(org, now), lifecycle.deletion_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        stops = lifecycle.subscription_blocker(org, org.trial_ends_at)
        summary = _("Tracker becomes Read only") if stops else _("The free trial of Tracker ends")
        yield Date("trial-end", org.trial_ends_at, summary)
    if state == State.ACTIVE and org.debt_due_at:
        yield Date("debt", org.debt_due_at, _("Tracker becomes Read only"))
        deletion_at = org.debt_due_at + lifecycle.RETENTION
    if deletion_at and deletion_at > now:
        yield Date("deletion", deletion_at, _("All Tracker data is deleted"))


def build(org: Organization, now: dt.datetime) -> str:
    """The file's text; `now` becomes the time stamp of its events."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tracker Portal//Lifecycle//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for date in dates(org, now):
        calendar.add_component(event(org, date, now))
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
