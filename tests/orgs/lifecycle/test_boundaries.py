"""A second before, at and after each deadline: what is shown is what is enforced is what the model says.

Chip, ruler, outlook, mail and calendar file, in zones with and without summer time, on leap days and around nights of
23 and 25 hours.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from orgs.lifecycle import emails as letters
from orgs.lifecycle import notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import NoticeKind
from orgs.mail import wording
from orgs.status import calendar, lifecycle_summary, ruler, state_badge
from orgs.tenancy.organization_models import Organization, State
from tests.orgs.lifecycle import ics
from tests.orgs.lifecycle.model import DAY, THIRTY_DAYS, Tracker

pytestmark = pytest.mark.django_db
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
OFFSETS = (-SECOND, dt.timedelta(0), SECOND)
SAMPLE, ALL = 150, 500  # instants
ZONES = (
    "Europe/Berlin America/New_York America/St_Johns Australia/Lord_Howe Africa/Casablanca Asia/Kathmandu Pacific/Apia"
    " America/Santiago UTC"
).split()
SPECIAL = [
    dt.datetime(2028, 2, 29, 0, 0, tzinfo=dt.UTC),
    dt.datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    dt.datetime(2028, 3, 1, 0, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2027, 1, 1, 0, 0, tzinfo=dt.UTC),
]


def cases(count: int) -> list[tuple[dt.datetime, str]]:
    """Deadlines with a zone: special days, instants around changes of the clock, and any others."""
    dice = random.Random(2028)
    found = [(at, zone) for at in SPECIAL for zone in ZONES[:3]]
    while len(found) < count:
        zone = dice.choice(ZONES)
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dice.random() * 2500 * DAY
        if len(found) % 2 and (change := next_change(at, zone)):
            at = change + dice.choice([-HOUR, -SECOND, 0 * HOUR, SECOND, HOUR / 2, HOUR])
        found.append((at, zone))
    return found


def next_change(after: dt.datetime, zone: str) -> dt.datetime | None:
    """The next instant at which the zone's distance from UTC changes, to the hour."""
    place = ZoneInfo(zone)
    day = next((n for n in range(400) if offset(after + n * DAY, place) != offset(after + (n + 1) * DAY, place)), None)
    if day is None:
        return None
    hours = [after.replace(minute=0, second=0, microsecond=0) + day * DAY + n * HOUR for n in range(26)]
    return next(at for at in hours if offset(at, place) != offset(at - HOUR, place))


def offset(at: dt.datetime, place: ZoneInfo) -> dt.timedelta | None:
    return at.astimezone(place).utcoffset()


# --- three deadlines: the company's row and the model up to it -----------------------------------------------
def trial(deadline: dt.datetime, now: dt.datetime) -> tuple[Organization, Tracker]:
    model = Tracker(now=deadline - THIRTY_DAYS)
    model.activate()
    model.wind(now)
    return Organization(pk=1, slug="x", state=State.TRIAL, trial_ends_at=deadline), model


def debt(deadline: dt.datetime, now: dt.datetime) -> tuple[Organization, Tracker]:
    model = Tracker(now=deadline - 100 * DAY)
    model.activate()
    model.write(seats=1)
    model.wind(deadline - 20 * DAY)
    model.note()
    model.write(debt_due=deadline)
    model.wind(now)
    columns = {"trial_ends_at": deadline - 70 * DAY, "full_seats": 1, "debt_due_at": deadline}
    return Organization(pk=1, slug="x", state=State.ACTIVE, **columns), model


def retention(deadline: dt.datetime, now: dt.datetime) -> tuple[Organization, Tracker]:
    stopped = deadline - THIRTY_DAYS
    model = Tracker(now=stopped - THIRTY_DAYS)
    model.activate()
    model.wind(now)
    columns = {"trial_ends_at": stopped, "retention_ends_at": deadline}
    return Organization(pk=1, slug="x", state=State.READ_ONLY, **columns), model


def switched_off(deadline: dt.datetime, now: dt.datetime) -> tuple[Organization, Tracker]:
    """Deactivated in its trial: the 30 days run from then, and the trial's end changes nothing."""
    off_at = deadline - THIRTY_DAYS
    model = Tracker(now=off_at - 10 * DAY)
    model.activate()
    model.wind(off_at)
    model.deactivate()
    model.wind(now)
    columns = {"trial_ends_at": off_at + 20 * DAY, "deactivated_at": off_at, "retention_ends_at": deadline}
    return Organization(pk=1, slug="x", state=State.DEACTIVATED, **columns), model


MAKES = (trial, debt, retention, switched_off)
Make = Callable[[dt.datetime, dt.datetime], tuple[Organization, Tracker]]


def begun_days(until: dt.datetime, now: dt.datetime) -> int:
    return max(0, math.ceil((until - now) / DAY))


def number(text: str) -> int:
    [found] = re.findall(r"\d+", text)
    return int(found)


def assert_enforced_as_in_the_model(org: Organization, model: Tracker) -> None:
    now = model.now
    assert lifecycle.state_at(org, now) == model.phase
    for full in (True, False):
        assert lifecycle.accepts_writes(org, now, full_access=full) == model.may_write(full_access=full)


def assert_chip(org: Organization, model: Tracker) -> None:
    shown = state_badge.badge(lifecycle_summary.summarize(org, model.now))
    if model.phase in ("active", "deactivated"):
        assert shown is None
        return
    until = model.trial_end if model.phase == "trial" else model.deletion
    assert shown.short == ("Trial" if model.phase == "trial" else "Read only")
    if days := begun_days(until, model.now):
        assert number(shown.rest) == days
    else:
        assert shown.rest == "deletion is due"


def assert_outlook(org: Organization, model: Tracker) -> None:
    view = lifecycle_summary.summarize(org, model.now)
    assert (view.state, view.stopped_at, view.deletion_at) == (model.phase, model.stopped, model.deletion)
    until = {"trial": model.trial_end, "active": model.debt_due}.get(model.phase, model.deletion)
    assert view.days_left == (begun_days(until, model.now) if until else 0)
    if drawn := ruler.draw(view):
        assert_ruler_says_the_date(drawn.sentence, org, model)
        assert drawn.deletion_at == model.deletion
        assert drawn.trial_ends_at in (model.trial_end, None)
        passed = (model.now - drawn.starts_at) // DAY
        assert drawn.today == min(passed, len(drawn.ticks) - 1)
        assert drawn.ticks[drawn.today].startswith("trial" if model.phase == "trial" else "read-only")


def assert_ruler_says_the_date(sentence: str, org: Organization, model: Tracker) -> None:
    """As the reader's calendar has it."""
    if model.deletion:
        local = model.deletion.astimezone(ZoneInfo(org.time_zone))
        assert f"data deleted on {local.day} {local:%B %Y}" in sentence


SHOWN = re.compile(r"(\d+ \w{3} \d{4}, \d\d:\d\d) (?:UTC(?! \()|\S+ \(UTC(?:([+-])(\d+)(?::(\d\d))?)?\))")


def instants_in(text: str) -> list[dt.datetime]:
    """The instants that a mail shows, read back without knowing the zone's rules."""
    found = []
    for shown, sign, hours, minutes in SHOWN.findall(text):
        away = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        found.append(dt.datetime.strptime(shown, "%d %b %Y, %H:%M").replace(tzinfo=dt.UTC) - away)
    return found


def minute(at: dt.datetime) -> dt.datetime:
    return at.replace(second=0, microsecond=0)


def assert_mail(org: Organization, model: Tracker) -> None:
    """Only the notices that the model knows; each shows its deadline and the deletion that follows."""
    due = model.due()
    told = (
        [(row.kind, row.deadline, row.days) for row in notices.due(org, model.now)] if org.retention_ends_at else None
    )
    if told is not None:
        assert told == ([due] if due else [])
    if due is None or due[2] == 0 or (told is None and due[0] == "deletion"):
        return
    kind, deadline, _ = due
    if kind == NoticeKind.DELETION:
        letter = letters.deletion(org, deletable_at=deadline, now=model.now)
        assert instants_in(letter.text) == [minute(model.stopped), minute(deadline)]
    else:
        make = letters.trial_end if kind == NoticeKind.TRIAL_END else letters.debt
        letter = make(org, deadline=deadline, now=model.now)
        assert instants_in(letter.text) == [minute(deadline), minute(deadline + THIRTY_DAYS)]
    assert number(letter.subject) == begun_days(deadline, model.now)


def assert_calendar(org: Organization, model: Tracker) -> None:
    ahead = {"trial": [model.trial_end, model.deletion], "active": [model.debt_due]}.get(model.phase, [model.deletion])
    shown = [
        ics.instant(event["DTSTART"])
        for event in ics.parse(calendar.calendar_file(org, lifecycle_summary.summarize(org, model.now)))
    ]
    if model.phase == "active":
        ahead.append(model.debt_due + THIRTY_DAYS)
    assert shown == [at.replace(microsecond=0) for at in ahead if at and at > model.now]


def assert_all_agree(make: Make, count: int) -> None:
    for deadline, zone in cases(count):
        for off in OFFSETS:
            org, model = make(deadline, deadline + off)
            org.name, org.time_zone, org.language = "Northwind", zone, "en"
            assert_enforced_as_in_the_model(org, model)
            assert_chip(org, model)
            with timezone.override(ZoneInfo(zone)):
                assert_outlook(org, model)
            assert_mail(org, model)
            assert_calendar(org, model)


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(ALL, marks=pytest.mark.soak)], ids=["sample", "all"])
@pytest.mark.parametrize("make", MAKES)
def test_shown_is_enforced_is_the_model(make: Make, count: int) -> None:
    assert_all_agree(make, count)


def test_cases_are_what_they_should_be() -> None:
    found = cases(SAMPLE)
    assert len(found) == SAMPLE
    assert {zone for _, zone in found} == set(ZONES)
    near = [(at, zone) for at, zone in found if offset(at - HOUR, ZoneInfo(zone)) != offset(at + HOUR, ZoneInfo(zone))]
    assert len(near) > SAMPLE / 5


DATES = calendar.dates


# --- controls ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("module", "name", "mistake"),
    [
        (lifecycle_summary, "days_left", lambda until, now: max(0, round((until - now) / DAY))),
        (letters, "days_left", lambda until, now: max(0, (until - now) // DAY)),
        (wording, "utc_offset", lambda _: "UTC+1"),
        (ruler, "_today", lambda passed, trial, ticks: int(passed.total_seconds() - 1) // 86_400),
        (ruler, "localtime", lambda at: at),
        (calendar, "dates", lambda ahead: [replace(date, at=minute(date.at)) for date in DATES(ahead)]),
        (lifecycle, "has_debt_due", lambda org, now: bool(org.debt_due_at) and now > org.debt_due_at),
    ],
)
def test_control_a_mistake_of_a_second_or_an_hour_is_found(
    module: object, name: str, mistake: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, mistake)

    def agree() -> None:
        for make in MAKES:
            assert_all_agree(make, 50)

    with pytest.raises(AssertionError):
        agree()
