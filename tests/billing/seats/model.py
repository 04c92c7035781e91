"""The naive model of the seat journal: it looks at every instant of a grid, one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import strategies as st

from billing.money.billing_days import Span
from billing.seats.seat_intervals import Interval

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
TICK = dt.timedelta(minutes=10)
TICKS = 3 * 24 * 6  # of three days
MISTAKE = dt.timedelta(minutes=30)


def instant(tick: int) -> dt.datetime:
    return START + tick * TICK


@st.composite
def journals(draw: st.DrawFn) -> list[Interval]:
    """What a journal may hold: the intervals of one person follow each other, often without a gap."""
    found: list[Interval] = []
    for member in range(draw(st.integers(0, 4))):
        tick = draw(st.integers(0, TICKS))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.sampled_from([0, 1, 2, 3, 4, 30, 150, None]))
            end = None if length is None else instant(tick + length)
            found.append(Interval(member, instant(tick), end))
            if length is None:
                break
            tick += length + draw(st.sampled_from([0, 0, 1, 20]))
    return draw(st.permutations(found))


def holds(intervals: Iterable[Interval], member: int, at: dt.datetime) -> bool:
    """Whether the person held a seat at the instant, mistaken or not."""
    return any(
        each.member == member and each.started_at <= at and (each.ended_at is None or at < each.ended_at)
        for each in intervals
    )


def counts(intervals: list[Interval], member: int, at: dt.datetime) -> bool:
    """Whether the seat at the instant counts: it was held without a break for 30 minutes around it."""
    if not holds(intervals, member, at):
        return False
    first, last = at, at + TICK
    while last - first < MISTAKE:
        if holds(intervals, member, first - TICK):
            first -= TICK
        elif holds(intervals, member, last):
            last += TICK
        else:
            return False
    return True


def number(intervals: list[Interval], at: dt.datetime) -> int:
    return sum(counts(intervals, member, at) for member in {each.member for each in intervals})


def peak(intervals: list[Interval], spans: Iterable[Span]) -> tuple[int, dt.datetime] | None:
    """The largest number of the grid's instants that lie in the spans, and the first of them."""
    inside = [at for tick in range(TICKS) for at in [instant(tick)] if any(s.start <= at < s.end for s in spans)]
    numbers = [(number(intervals, at), at) for at in inside]
    best = max((value for value, _ in numbers), default=None)
    return next(((value, at) for value, at in numbers if value == best), None)
