"""What fourteen months must come to: product.md §5 read again, on a list of what happened, without the product's code.

Instants are UTC datetimes of whole minutes, money is whole minor units. It looks at every instant at which something happened.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
Scale = list[tuple[int, int]]  # (last seat of the tier, price)


@dataclass
class Books:
    """One company: what happened, and what follows from it."""

    trial_end: dt.datetime
    scales: dict[dt.date, Scale]  # by the first date of effect
    seats: dict[int, list[list[dt.datetime | None]]] = field(default_factory=dict)  # person → [from, to]
    switch: list[tuple[dt.datetime, bool]] = field(default_factory=list)  # Tracker went on or off
    balances: list[tuple[dt.datetime, int]] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return self.balances[-1][1] if self.balances else 0

    @property
    def movements(self) -> list[int]:
        """What changed the balance, in its order; a month for free did not."""
        after = [balance for _, balance in self.balances]
        return [new - old for old, new in zip([0, *after], after, strict=False) if new != old]

    def hold(self, people: int, at: dt.datetime) -> None:
        """From now on the first `people` have full access."""
        for person in range(max(people, len(self.seats))):
            spans = self.seats.setdefault(person, [])
            is_open = bool(spans) and spans[-1][1] is None
            if person < people and not is_open:
                spans.append([at, None])
            elif person >= people and is_open:
                spans[-1][1] = at

    def move(self, amount: int, at: dt.datetime) -> None:
        self.balances.append((at, self.balance + amount))

    def charge(self, month: dt.date, at: dt.datetime) -> tuple[int, int, int]:
        """(people, days, amount) of a month that is over."""
        length = calendar.monthrange(month.year, month.month)[1]
        days = [dt.datetime(month.year, month.month, n + 1, tzinfo=dt.UTC) for n in range(length)]
        active = {day: [t for t in self.instants(day) if self.is_active(t)] for day in days if day >= self.trial_end}
        counted = [day for day, instants in active.items() if instants]
        peak = max((self.people(t) for day in counted for t in active[day]), default=0)
        amount = int(Fraction(self.price(peak, month) * len(counted), length) + Fraction(1, 2))
        self.move(-amount, at)
        return peak, len(counted), amount

    def instants(self, day: dt.datetime) -> list[dt.datetime]:
        """Where something may begin to be different: a person, the switch, a payment, the end of a month."""
        people = [t for spans in self.seats.values() for span in spans for t in span if t]
        other = [t for t, _ in self.switch] + [t for t, _ in self.balances]
        return [day, *(t for t in {*people, *other} if day <= t < day + DAY)]

    def is_active(self, at: dt.datetime) -> bool:
        on = [is_on for t, is_on in self.switch if t <= at]
        return bool(on) and on[-1] and at >= self.trial_end and self.holders(at) > 0 and not self.owes(at)

    def owes(self, at: dt.datetime) -> bool:
        """Below zero since a month that is over."""
        negative_since = None
        for t, balance in self.balances:
            if t <= at:
                negative_since = (negative_since or t) if balance < 0 else None
        return negative_since is not None and (negative_since.year, negative_since.month) < (at.year, at.month)

    def holders(self, at: dt.datetime) -> int:
        return sum(self.holds(spans, at) is not None for spans in self.seats.values())

    def holds(self, spans: list[list[dt.datetime | None]], at: dt.datetime) -> list[dt.datetime | None] | None:
        return next((s for s in spans if s[0] and s[0] <= at and (s[1] is None or at < s[1])), None)

    def people(self, at: dt.datetime) -> int:
        """Those with full access whose interval is no mistake of less than half an hour."""
        found = [self.holds(spans, at) for spans in self.seats.values()]
        return sum(s is not None and (s[1] is None or s[1] - s[0] >= 30 * MINUTE) for s in found if s and s[0])

    def price(self, people: int, month: dt.date) -> int:
        scale = self.scales[max(date for date in self.scales if date <= month)]
        if people <= 5:
            return 0
        return sum(next(price for last, price in scale if seat <= last) for seat in range(1, people + 1))
