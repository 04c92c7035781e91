"""Seats at an instant, the peak and the day's number, against the naive model and the examples of product.md §5."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money.billing_days import Span, span_of
from billing.seats.seat_intervals import Curve, Interval, Peak, counted, unbroken
from tests.billing.seats import model
from tests.billing.seats.model import START, TICKS, instant

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
FIRST = START.date()


def held(member: int, start: dt.timedelta, length: dt.timedelta | None) -> Interval:
    return Interval(member, START + start, None if length is None else START + start + length)


# --- against the model ------------------------------------------------------------------------------------
@given(model.journals(), st.integers(-5, TICKS))
def test_seats_at_an_instant_are_the_models(intervals: list[Interval], tick: int) -> None:
    assert Curve(intervals).at(instant(tick)) == model.number(intervals, instant(tick))


@given(model.journals(), st.lists(st.integers(0, TICKS), max_size=6))
def test_peak_is_the_models(intervals: list[Interval], borders: list[int]) -> None:
    edges = sorted(borders)
    spans = [Span(instant(a), instant(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    found = Curve(intervals).peak(spans)
    assert (found and (found.number, found.at)) == model.peak(intervals, spans)


@given(model.journals())
def test_day_has_its_largest_number(intervals: list[Interval]) -> None:
    for date in (FIRST, FIRST + DAY, FIRST + 2 * DAY):
        peak = Curve(intervals).peak([span_of(date)])
        assert peak
        assert (peak.number, peak.at) == model.peak(intervals, [span_of(date)])


@given(model.journals(), st.integers(0, 5))
def test_who_stands_all_the_time_is_added(intervals: list[Interval], standing: int) -> None:
    alone, all_ = Curve(intervals).peak([span_of(FIRST)]), Curve(intervals, standing=standing).peak([span_of(FIRST)])
    assert alone
    assert all_
    assert (all_.number, all_.at) == (alone.number + standing, alone.at)


@given(model.journals())
def test_unbroken_intervals_of_a_person_do_not_touch(intervals: list[Interval]) -> None:
    whole = unbroken(intervals)
    for before, after in pairwise(whole):
        assert before.member < after.member or (before.ended_at and before.ended_at < after.started_at)


# --- examples ---------------------------------------------------------------------------------------------
def test_january_of_the_price_page() -> None:
    """14 days × 245, 7 × 270, 10 × 260 makes 270."""
    people = [held(member, -DAY, None) for member in range(245)]
    people += [held(member, 14 * DAY, None if member < 260 else 7 * DAY) for member in range(245, 270)]
    curve = Curve(people)
    numbers = [curve.at(START + day * DAY) for day in range(31)]
    assert numbers == [245] * 14 + [270] * 7 + [260] * 10
    assert curve.peak([Span(START, START + 31 * DAY)]) == Peak(270, START + 14 * DAY)


@pytest.mark.parametrize(
    ("length", "number"),
    [(dt.timedelta(0), 0), (30 * MINUTE - dt.timedelta(microseconds=1), 0), (30 * MINUTE, 1), (None, 1)],
    ids=["nothing", "just under 30 minutes", "30 minutes", "still held"],
)
def test_shorter_than_thirty_minutes_is_a_mistake_once_it_has_ended(length: dt.timedelta | None, number: int) -> None:
    curve = Curve([held(1, 6 * 60 * MINUTE, length)])
    assert curve.peak([span_of(FIRST)]) == Peak(number, START + (6 * 60 * MINUTE if number else dt.timedelta(0)))


def test_two_short_ones_without_a_gap_are_one_that_counts() -> None:
    parts = [held(1, DAY, 20 * MINUTE), held(1, DAY + 20 * MINUTE, 20 * MINUTE)]
    assert counted(parts) == [held(1, DAY, 40 * MINUTE)]


def test_two_short_ones_with_a_gap_are_two_mistakes() -> None:
    parts = [held(1, DAY, 20 * MINUTE), held(1, DAY + 21 * MINUTE, 20 * MINUTE)]
    assert counted(parts) == []


def test_interval_over_midnight_is_measured_whole() -> None:
    """Twenty minutes before and fifteen after midnight: no mistake on either day."""
    curve = Curve([held(1, DAY - 20 * MINUTE, 35 * MINUTE)])
    assert [curve.peak([span_of(FIRST + day * DAY)]).number for day in range(3)] == [1, 1, 0]  # type: ignore[union-attr]


def test_replacing_somebody_at_one_instant_raises_no_peak() -> None:
    curve = Curve([held(1, -DAY, 2 * DAY), held(2, DAY, None)])
    assert curve.peak([Span(START, START + 3 * DAY)]) == Peak(1, START)


def test_who_ends_at_midnight_is_not_in_the_new_day() -> None:
    curve = Curve([held(1, -DAY, 2 * DAY)])
    assert curve.at(START + DAY) == 0
    assert curve.peak([span_of(FIRST + DAY)]) == Peak(0, START + DAY)


def test_without_an_instant_there_is_no_peak() -> None:
    assert Curve([held(1, -DAY, None)]).peak([]) is None
    assert Curve([held(1, -DAY, None)]).peak([Span(START, START)]) is None
