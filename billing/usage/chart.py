"""The bars of `Full access by day`, as numbers of an SVG; the page writes them into attributes.

Across, everything is a percentage of the picture's width, so that it is as high and its letters are as large on a phone
as on a wide screen. Down, it is pixels.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from billing.money import billing_days
from billing.money.formatting import format_count
from billing.seats.monthly_usage import Month

WIDTH = 100.0  # percent
FLOOR, HEIGHT = 160.0, 144.0  # pixels: where the bars stand, how high they may be
SHORT = 3  # signs of the scale's numbers for which there is room by default
LINES = 4  # at most
POWERS = (1, 10, 100, 1_000, 10_000, 100_000)
STEPS = (1, 2, 5)  # the scale's lines stand at round numbers
MIDDLE = 14  # the 15th
NEIGHBOURS = 3  # so many bars a label needs
NEAR = 7  # and so many on a phone, where the picture is smaller and its letters are not


@dataclass(frozen=True)
class Bar:
    """`kind` is peak, counted, free (the day is not charged) or ahead (still to come, with the present number)."""

    kind: str
    x: str
    y: str
    height: str


@dataclass(frozen=True)
class Label:
    """`date` is None for today. `anchor`: which end of the text stands at `x`. `is_near`: on a phone it would stand in
    today's place.
    """

    x: str
    date: dt.date | None
    anchor: str
    is_near: bool = False


@dataclass(frozen=True)
class Grid:
    y: str
    text_y: str
    text: str


@dataclass(frozen=True)
class Chart:
    """Places are text, so that no language writes a comma into them. `peak_y` is empty when nothing is charged.

    `has_long_signs`: the scale's numbers need more room beside the bars.
    """

    has_long_signs: bool
    bar_width: str
    grid: list[Grid]
    bars: list[Bar]
    labels: list[Label]
    peak_y: str
    peak_text_y: str


class _Scale:
    def __init__(self, largest: int, days: int) -> None:
        steps = (step * power for power in POWERS for step in STEPS)
        self.step = next(step for step in steps if step * LINES >= largest)
        self.lines = max(1, -(-largest // self.step))
        self.top = self.step * self.lines
        self.pitch = WIDTH / days
        self.width = self.pitch * 0.68

    def x(self, index: int) -> float:
        return self.pitch * index + (self.pitch - self.width) / 2

    def y(self, number: int) -> float:
        return FLOOR - HEIGHT * number / self.top


def draw(month: Month, *, days: int, today: dt.date) -> Chart:
    """The month's bars: `days` that have begun, and the rest as it will be if nothing changes."""
    numbers = list(month.by_day.values())
    scale = _Scale(max([*numbers, month.seats]), month.days)
    marks = [scale.step * line for line in range(scale.lines + 1)]
    return Chart(
        has_long_signs=len(format_count(scale.top)) > SHORT,
        bar_width=_percent(scale.width),
        grid=[Grid(_text(scale.y(mark)), _text(scale.y(mark) + 4), format_count(mark)) for mark in marks],
        bars=[_bar(scale, month, index, number, index >= days) for index, number in enumerate(numbers)],
        labels=_labels(scale, month, today),
        peak_y=_text(scale.y(month.seats)) if month.seats else "",
        peak_text_y=_text(scale.y(month.seats) - 8),
    )


def _bar(scale: _Scale, month: Month, index: int, number: int, is_ahead: bool) -> Bar:
    counts = month.first + index * billing_days.DAY in month.counting
    past = ("peak" if number == month.seats else "counted") if counts else "free"
    y = scale.y(number)
    return Bar("ahead" if is_ahead else past, _percent(scale.x(index)), _text(y), _text(FLOOR - y))


def _labels(scale: _Scale, month: Month, today: dt.date) -> list[Label]:
    """The first, the middle and the last date, and today, which comes before its neighbours."""
    last, now = month.days - 1, (today - month.first).days
    if not 0 <= now <= last:
        return [_label(scale, month, index, last) for index in (0, MIDDLE, last)]
    shown = [index for index in (0, MIDDLE, last) if abs(index - now) > NEIGHBOURS]
    labels = [_label(scale, month, index, last, is_near=abs(index - now) <= NEAR) for index in shown]
    return [*labels, Label(_percent(scale.pitch * (now + 0.5)), None, "middle")]


def _label(scale: _Scale, month: Month, index: int, last: int, *, is_near: bool = False) -> Label:
    x = WIDTH if index == last else scale.x(index)
    return Label(_percent(x), month.first + index * billing_days.DAY, "end" if index == last else "start", is_near)


def _text(place: float) -> str:
    return f"{place:.1f}"


def _percent(place: float) -> str:
    return f"{place:.2f}%"
