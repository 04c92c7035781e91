"""Chip, ruler and state agree at every second, and the ruler's sentence says what its picture shows."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from orgs.lifecycle import rules as lifecycle
from orgs.status import lifecycle_summary, phases, ruler, state_badge
from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.organization_models import Organization, State

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
START = dt.datetime(2026, 11, 5, 14, 32, 7, tzinfo=dt.UTC)
TRIAL_END, DELETION = START + 30 * DAY, START + 60 * DAY


def company(**facts: object) -> Organization:
    """A company (not saved) whose trial began at START."""
    return Organization(
        **{"name": "Northwind", "state": State.TRIAL, "activated_at": START, "trial_ends_at": TRIAL_END, **facts}
    )


def read_only(**facts: object) -> Organization:
    return company(**{"state": State.READ_ONLY, "retention_ends_at": DELETION, **facts})


def look(org: Organization, now: dt.datetime) -> LifecycleSummary:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        return lifecycle_summary.summarize(org, now)


@pytest.mark.parametrize(
    ("now", "state", "days", "today", "label"),
    [
        (START, State.TRIAL, 30, 0, "Trial · 30 days left"),
        (START + SECOND, State.TRIAL, 30, 0, "Trial · 30 days left"),
        (START + DAY - SECOND, State.TRIAL, 30, 0, "Trial · 30 days left"),
        (START + DAY, State.TRIAL, 29, 1, "Trial · 29 days left"),
        (TRIAL_END - 7 * DAY - SECOND, State.TRIAL, 8, 22, "Trial · 8 days left"),
        (TRIAL_END - 7 * DAY, State.TRIAL, 7, 23, "Trial · 7 days left"),
        (TRIAL_END - DAY, State.TRIAL, 1, 29, "Trial · 1 day left"),
        (TRIAL_END - SECOND, State.TRIAL, 1, 29, "Trial · 1 day left"),
        (TRIAL_END, State.READ_ONLY, 30, 30, "Read only · 30 days to deletion"),
        (TRIAL_END + SECOND, State.READ_ONLY, 30, 30, "Read only · 30 days to deletion"),
        (DELETION - 7 * DAY - SECOND, State.READ_ONLY, 8, 52, "Read only · 8 days to deletion"),
        (DELETION - 7 * DAY, State.READ_ONLY, 7, 53, "Read only · 7 days to deletion"),
        (DELETION - SECOND, State.READ_ONLY, 1, 59, "Read only · 1 day to deletion"),
        (DELETION, State.READ_ONLY, 0, 59, "Read only · deletion is due"),
        (DELETION + SECOND, State.READ_ONLY, 0, 59, "Read only · deletion is due"),
    ],
)
def test_chip_ruler_and_state_agree(now: dt.datetime, state: State, days: int, today: int, label: str) -> None:
    """Whether the job that moves the stored state has run or is late."""
    for org in [company(), read_only()] if now >= TRIAL_END else [company()]:
        seen = look(org, now)
        drawn, life = ruler.draw(seen), state_badge.badge(seen)
        assert drawn
        assert life
        assert (seen.state, seen.days_left, drawn.today, life.label) == (state, days, today, label)
        assert drawn.trial_ends_at == TRIAL_END
        assert seen.deletion_at == drawn.deletion_at == DELETION
        running = "trial" if state == State.TRIAL else "read-only"
        assert [phase.kind for phase in phases.phases_of(drawn, now) if phase.current] == [running]


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (TRIAL_END - 7 * DAY - SECOND, "trial"),
        (TRIAL_END - 7 * DAY, "trial_last_week"),
        (DELETION - 7 * DAY - SECOND, "read_only"),
        (DELETION - 7 * DAY, "read_only_last_week"),
    ],
)
def test_chip_warns_in_the_last_seven_days(now: dt.datetime, kind: str) -> None:
    life = state_badge.badge(look(company(), now))
    assert life
    assert life.kind == kind


@given(st.integers(min_value=0, max_value=60 * 86_400 - 1))
def test_days_left_and_ruler_add_up_at_every_second(seconds: int) -> None:
    now = START + dt.timedelta(seconds=seconds)
    seen = look(company(), now)
    drawn = ruler.draw(seen)
    assert drawn
    assert drawn.today is not None
    assert drawn.today % 30 + seen.days_left == 30


@given(st.integers(min_value=0, max_value=60 * 86_400 + 10))
def test_picture_has_sixty_ticks_and_one_of_today(seconds: int) -> None:
    drawn = ruler.draw(look(company(), START + dt.timedelta(seconds=seconds)))
    assert drawn
    ticks = [set(tick.split()) for tick in drawn.ticks]
    assert [bool(tick & {"trial"}) for tick in ticks] == [True] * 30 + [False] * 30
    assert [index for index, tick in enumerate(ticks) if "today" in tick] == [drawn.today]
    assert [index for index, tick in enumerate(ticks) if "past" in tick] == list(range(drawn.today or 0))
    assert [index for index, tick in enumerate(ticks) if "end" in tick] == [59]


def test_sentence_says_what_the_picture_shows() -> None:
    seen = look(company(), START + 18 * DAY)
    drawn = ruler.draw(seen)
    assert drawn
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert drawn.sentence == (
            "Timeline: free trial from 5 November 2026 to 5 December 2026, Read only from 5 December 2026,"
            " data deleted on 4 January 2027. Today is day 19 of 60."
        )


def test_dates_are_the_readers() -> None:
    """One instant is two dates on two sides of the date line."""
    start = dt.datetime(2026, 11, 5, 23, 30, tzinfo=dt.UTC)
    org, now = company(activated_at=start, trial_ends_at=start + 30 * DAY), start + DAY
    drawn = ruler.draw(look(org, now))
    assert drawn
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        east = phases.phases_of(drawn, now)[0].when
    with timezone.override(ZoneInfo("America/New_York")):
        west = phases.phases_of(drawn, now)[0].when
    assert (east, west) == ("6 Nov to 6 Dec", "5 Nov to 5 Dec")


def test_a_day_is_24_hours_when_the_clock_is_put_back() -> None:
    """In Berlin the night of 25 October 2026 has 25 hours: the trial ends an hour earlier on the clock."""
    zone = ZoneInfo("Europe/Berlin")
    start = dt.datetime(2026, 10, 10, 12, 0, tzinfo=zone)
    drawn = ruler.preview(start.astimezone(dt.UTC))
    assert drawn.trial_ends_at
    assert drawn.trial_ends_at.astimezone(zone) == dt.datetime(2026, 11, 9, 11, 0, tzinfo=zone)


def test_preview_shows_the_dates_that_the_activation_gives() -> None:
    preview = ruler.draw(look(Organization(state=State.INACTIVE), START))
    running = ruler.draw(look(company(), START))
    assert preview
    assert running
    assert preview.is_preview
    assert not running.is_preview
    for name in ("starts_at", "trial_ends_at", "deletion_at"):
        assert getattr(preview, name) == getattr(running, name)
    assert "Today" not in preview.sentence


def test_prepared_trial_goes_on_as_a_subscription() -> None:
    seen = look(company(full_seats=3), START + DAY)
    drawn = ruler.draw(seen)
    assert drawn
    assert seen.deletion_at is None
    assert [tick.split()[0] for tick in drawn.ticks] == ["trial"] * 30 + ["subscription"] * 30
    assert [phase.kind for phase in phases.phases_of(drawn, START + DAY)] == ["trial", "subscription"]
    assert "deleted" not in drawn.sentence


@pytest.mark.parametrize(
    ("until", "now", "ticks", "today"),
    [
        (TRIAL_END + 10 * DAY, START + SECOND, 40, 0),
        (TRIAL_END + 10 * DAY, TRIAL_END, 40, 30),
        (TRIAL_END + 10 * DAY, TRIAL_END + 10 * DAY - SECOND, 40, 39),
        (TRIAL_END + 10 * DAY, TRIAL_END + 10 * DAY, 40, 40),
        (TRIAL_END + 10 * DAY + SECOND, TRIAL_END + 10 * DAY, 41, 40),
        (START + 300 * DAY, START + 150 * DAY, 60, 30),
        (START + 300 * DAY, START + 300 * DAY - SECOND, 60, 59),
        (START + 300 * DAY, START + 310 * DAY, 60, 70),
    ],
)
def test_trial_that_an_operator_extended_has_its_true_length(
    until: dt.datetime, now: dt.datetime, ticks: int, today: int
) -> None:
    drawn = ruler.draw(look(company(trial_ends_at=until), now))
    assert drawn
    assert (drawn.starts_at, drawn.trial_ticks, len(drawn.ticks), drawn.today) == (START, ticks, ticks + 30, today)


def test_six_seats_without_payer_do_not_go_on() -> None:
    assert look(company(full_seats=6), START + DAY).deletion_at == DELETION
    assert look(company(full_seats=6, payer_ready=True), START + DAY).deletion_at is None


def test_later_stop_has_a_ruler_of_its_own_thirty_days() -> None:
    stopped = START + 100 * DAY
    seen = look(read_only(retention_ends_at=stopped + 30 * DAY), stopped + 3 * DAY)
    drawn = ruler.draw(seen)
    assert drawn
    assert (len(drawn.ticks), drawn.today, drawn.starts_at) == (30, 3, stopped)
    assert drawn.trial_ends_at is None
    assert not seen.stopped_with_trial
    assert [phase.kind for phase in phases.phases_of(drawn, stopped + 3 * DAY)] == ["read-only", "deleted"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"full_seats": 0}, "nobody"),
        ({"full_seats": 6}, "payer"),
        ({"full_seats": 6, "payer_ready": True, "debt_due_at": TRIAL_END}, "debt"),
    ],
)
def test_read_only_knows_its_reason(facts: dict[str, object], reason: str) -> None:
    assert look(read_only(**facts), TRIAL_END + DAY).reason == reason


def test_switched_off_tracker_counts_the_same_thirty_days() -> None:
    org = company(state=State.DEACTIVATED, deactivated_at=START + DAY, retention_ends_at=START + 31 * DAY)
    seen = look(org, START + 2 * DAY)
    drawn = ruler.draw(seen)
    assert drawn
    assert (seen.days_left, len(drawn.ticks), drawn.today) == (29, 30, 1)
    assert state_badge.badge(seen) is None


@pytest.mark.parametrize("state", [State.DELETING, State.DELETED])
def test_nothing_is_counted_down_once_the_data_goes(state: State) -> None:
    seen = look(company(state=state), START + 70 * DAY)
    assert (ruler.draw(seen), seen.days_left, seen.reason) == (None, 0, "")


def test_year_stands_where_it_is_not_the_current_one() -> None:
    now = dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)
    assert phases.short_day(now, now) == "31 Dec"
    assert phases.short_day(now + DAY, now) == "1 Jan 2027"
    assert lifecycle.RETENTION == lifecycle.TRIAL == 30 * DAY
