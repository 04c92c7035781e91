"""The dates ahead of a company's Tracker as an iCalendar file (RFC 5545): `Add dates to calendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.emails import settings_url
from orgs.tenancy.organization_models import Organization, State

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75  # a longer line is folded, RFC 5545 §3.1
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})  # §3.3.11


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
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tracker Portal//Lifecycle//EN", "CALSCALE:GREGORIAN"]
    for date in dates(org, now):
        lines += event(org, date, now)
    return "".join(f"{fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def event(org: Organization, date: Date, now: dt.datetime) -> list[str]:
    """One event without a duration, which keeps nobody's time busy."""
    host = urlsplit(settings.ORIGIN).hostname
    return [
        "BEGIN:VEVENT",
        f"UID:{date.kind}.{org.slug}@{host}",
        f"DTSTAMP:{stamp(now)}",
        f"DTSTART:{stamp(date.at)}",
        f"SUMMARY:{escape(f'{date.summary}: {org.name}')}",
        f"URL:{settings_url(org)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def stamp(at: dt.datetime) -> str:
    """An instant in UTC, in whole seconds: 20261205T091200Z."""
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def escape(text: str) -> str:
    """A value of type TEXT; control characters have no place in it."""
    return "".join(sign for sign in text.translate(ESCAPES) if sign.isprintable())


def fold(line: str) -> str:
    """The line in pieces of at most 75 octets, each further one after a space; no character is cut in two."""
    pieces, piece, room = [], "", LINE_OCTETS
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LINE_OCTETS - 1
        piece += sign
        room -= size
    return "\r\n ".join([*pieces, piece])
