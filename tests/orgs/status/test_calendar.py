"""The dates for a calendar program: the file is what RFC 5545 asks for, strictly read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from orgs.status import calendar, lifecycle_summary
from orgs.tenancy.organization_models import Organization, State
from tests.orgs.lifecycle import ics

NOW = dt.datetime(2026, 10, 1, 12, 0, 0, 999, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NAME = "Łódź; Bäcker, Söhne \\ & Co\n한국어" + " 🛠️ Werkzeuge" * 8


def company(**columns: Any) -> Organization:
    common = {"name": NAME, "slug": "lodz", "state": State.TRIAL, "trial_ends_at": NOW + 3 * DAY}
    return Organization(**common | columns)


def ics_of(org: Organization, now: dt.datetime = NOW) -> str:
    return calendar.calendar_file(org, lifecycle_summary.summarize(org, now))


@dataclass(frozen=True)
class Situation:
    name: str
    columns: dict[str, Any]
    dates: dict[str, dt.datetime]
    summary: str = ""


STOPPED = {"trial_ends_at": NOW - 9 * DAY, "retention_ends_at": NOW + 21 * DAY}
DEBT = {"state": State.ACTIVE, "trial_ends_at": NOW - DAY, "full_seats": 1, "debt_due_at": NOW + DAY}
SITUATIONS = [
    Situation("trial", {}, {"trial-end": NOW + 3 * DAY, "deletion": NOW + 33 * DAY}, "Tracker becomes Read only"),
    Situation("subscribed", {"full_seats": 1}, {"trial-end": NOW + 3 * DAY}, "The free trial of Tracker ends"),
    Situation("debt", DEBT, {"debt": NOW + DAY, "deletion": NOW + 31 * DAY}, "Tracker becomes Read only"),
    Situation(
        "stopped", STOPPED | {"state": State.READ_ONLY}, {"deletion": NOW + 21 * DAY}, "All Tracker data is deleted"
    ),
    Situation("off", STOPPED | {"state": State.DEACTIVATED}, {"deletion": NOW + 21 * DAY}),
    Situation("overdue", STOPPED | {"state": State.READ_ONLY, "retention_ends_at": NOW}, {}),
    Situation("active", DEBT | {"debt_due_at": None}, {}),
    Situation("not active", {"state": State.INACTIVE, "trial_ends_at": None}, {}),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_file_holds_the_dates_ahead(situation: Situation) -> None:
    events = ics.parse(ics_of(company(**situation.columns)))
    assert {event["UID"].split(".")[0]: ics.instant(event["DTSTART"]) for event in events} == {
        kind: at.replace(microsecond=0) for kind, at in situation.dates.items()
    }
    if events:
        assert events[0]["SUMMARY"] == f"{situation.summary or 'All Tracker data is deleted'}: {NAME}"


def test_every_event_is_stamped_and_leads_back() -> None:
    for event in ics.parse(ics_of(company())):
        assert ics.instant(event["DTSTAMP"]) == NOW.replace(microsecond=0)
        assert event["URL"] == "http://testserver/o/lodz/tracker/settings/"


def test_date_that_moves_keeps_its_identity() -> None:
    """So that a calendar program moves the event instead of adding another one."""
    first = ics.parse(ics_of(company()))
    second = ics.parse(ics_of(company(trial_ends_at=NOW + 9 * DAY), NOW + DAY))
    assert [event["UID"] for event in first] == [event["UID"] for event in second]
    assert first[0]["UID"] == "trial-end.lodz@testserver"


@pytest.mark.parametrize("length", range(60, 90))
@pytest.mark.parametrize("sign", ["a", "ä", "한", "🛠"])
def test_long_line_is_folded_between_characters(length: int, sign: str) -> None:
    text = ics_of(company(name=sign * length))
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert [event["SUMMARY"].count(sign * length) for event in ics.parse(text)] == [1, 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("\r\n", "\n"),
        lambda text: text.replace("\r\n ", ""),
        lambda text: text.replace("\\,", ","),
        lambda text: text.replace("\\\\", "\\"),
        lambda text: text.replace("UID:", "SUMMARY:"),
        lambda text: text.replace("END:VEVENT", "END:VCALENDAR"),
        lambda text: text.replace("Z\r\nDTSTAMP", "\r\nDTSTAMP"),
    ],
)
def test_control_strict_reader_notices_damage(damage: Any) -> None:
    with pytest.raises(AssertionError):
        ics.parse(damage(ics_of(company())))
