"""How many people held a seat when: pure functions over intervals of the seat journal (product.md §5)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from billing.money.billing_days import FOREVER, Span

MISTAKE = dt.timedelta(minutes=30)  # who held a seat for less than that was given it by mistake


@dataclass(frozen=True, slots=True)
class Interval:
    """Somebody held a seat from `started_at` (UTC) to before `ended_at`; None: still does."""

    member: int
    started_at: dt.datetime
    ended_at: dt.datetime | None

    @property
    def is_mistake(self) -> bool:
        return self.ended_at is not None and self.ended_at - self.started_at < MISTAKE


@dataclass(frozen=True)
class Peak:
    """The largest number of people at one instant, and the first such instant (UTC)."""

    number: int
    at: dt.datetime


def unbroken(intervals: Iterable[Interval]) -> list[Interval]:
    """Those of one person that follow each other without a gap become one."""
    found: list[Interval] = []
    for each in sorted(intervals, key=lambda one: (one.member, one.started_at, one.ended_at or FOREVER)):
        last = found[-1] if found else None
        if last and last.member == each.member and last.ended_at == each.started_at:
            found[-1] = Interval(each.member, last.started_at, each.ended_at)
        else:
            found.append(each)
    return found


def counted(intervals: Iterable[Interval]) -> list[Interval]:
    """The unbroken ones without those that have ended before their 30 minutes: a mistake costs nothing."""
    return [each for each in unbroken(intervals) if not each.is_mistake]


class Curve:
    """The number of people who held a seat, as it rose and fell; those who do not count are left out."""

    def __init__(self, intervals: Iterable[Interval], *, standing: int = 0) -> None:
        """`standing` people held a seat all the time that is asked about, and are not among the intervals."""
        changes: defaultdict[dt.datetime, int] = defaultdict(int)
        for each in counted(intervals):
            changes[each.started_at] += 1
            if each.ended_at:
                changes[each.ended_at] -= 1
        self._instants = sorted(changes)
        self._numbers = [standing]
        for instant in self._instants:
            self._numbers.append(self._numbers[-1] + changes[instant])

    def at(self, instant: dt.datetime) -> int:
        """How many held a seat at an instant. Who ends at it does not any more, who begins at it does."""
        return self._numbers[bisect_right(self._instants, instant)]

    def peak(self, spans: Iterable[Span]) -> Peak | None:
        """The largest number at one instant within the spans, which are in order; None where they have no instant."""
        best: Peak | None = None
        for start, end in spans:
            if start >= end:
                continue
            first, behind = bisect_right(self._instants, start), bisect_left(self._instants, end)
            inside = zip(self._numbers[first + 1 : behind + 1], self._instants[first:behind], strict=True)
            for number, at in [(self._numbers[first], start), *inside]:
                if best is None or number > best.number:
                    best = Peak(number, at)
        return best
