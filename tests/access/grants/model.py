"""Access of a company in plain Python, as product.md §4 and §5 say: sources, seats, what waits, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FREE = 5
PRICES = {"USD": (331, 285, 237), "RUB": (44000, 40000, 36000)}
Source = tuple[str, int]


class Refuse(Exception):
    """A rule says no."""


@dataclass
class Person:
    place: int = 0
    state: str = "in"  # or blocked, former
    held: bool = False
    seat: bool = False
    waits: bool = False


@dataclass
class Company:
    """Everything by number; department 0 is the company itself."""

    payer: bool = False
    cap: int | None = None
    people: list[Person] = field(default_factory=lambda: [Person()])
    parents: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 1, 3: 0})
    inner: set[tuple[int, int]] = field(default_factory=set)  # (team, team inside it)
    teams: set[tuple[int, int]] = field(default_factory=set)  # (team, person)
    placed: set[tuple[int, int]] = field(default_factory=set)  # (team, department)
    full: set[Source] = field(default_factory=set)

    # --- what is asked ----------------------------------------------------------------------------------
    def sources(self, who: int) -> set[Source]:
        """Everything that gives a person full access."""
        places = {self.people[who].place}
        while more := {self.parents[place] for place in places if place in self.parents} - places:
            places |= more
        teams = {team for team, person in self.teams if person == who}
        teams |= {team for team, place in self.placed if place in places}
        while more := {team for team, part in self.inner if part in teams} - teams:
            teams |= more
        applies = {("member", who)} | {("team", n) for n in teams} | {("department", n) for n in places}
        return applies & self.full

    def seats(self) -> set[int]:
        return {n for n, person in enumerate(self.people) if person.seat}

    def price(self, currency: str) -> int:
        count = len(self.seats())
        tiers = zip(PRICES[currency], (100, 150, 10**6), strict=True)
        total, left = 0, count
        for price, size in tiers:
            total, left = total + price * min(left, size), max(0, left - size)
        return total if count > FREE else 0

    def limit(self) -> int:
        limits = [10**6 if self.payer else FREE, 10**6 if self.cap is None else self.cap]
        return max(min(limits), len(self.seats()))

    # --- what happens -----------------------------------------------------------------------------------
    def settle(self, given: Iterable[Source] = ()) -> None:
        """Who holds a seat after an act; those who came without one to be added wait, unless it was given."""
        before, limit = self.seats(), self.limit()
        given = set(given)
        wanted = []
        for n, person in enumerate(self.people):
            found = self.sources(n) if person.state != "former" else set()
            person.held = person.held and bool(found) and not given & found
            if found and not person.held and person.state == "in":
                wanted.append(n)
            elif not found and person.waits == "joined":
                person.waits = False
        over = max(0, len(wanted) - limit)
        new = [n for n in wanted if n not in before]
        if over and given:
            raise Refuse
        late = set(new[len(new) - over :])
        for n, person in enumerate(self.people):
            person.seat = n in wanted and n not in late
            person.held = person.held or n in late
            if person.seat and n in new:
                person.waits = False
            if n in late:
                person.waits = person.waits or "joined"

    def save(self, levels: dict[Source, bool]) -> dict[Source, bool]:
        """Gives and takes full access; those for whom a group decides are left out. What was, to be undone."""
        levels = {source: level for source, level in levels.items() if not self.is_locked(source)}
        levels = {source: level for source, level in levels.items() if level != self.level(source)}
        former = {source: self.level(source) for source in levels}
        for source, level in levels.items():
            self.full = self.full | {source} if level else self.full - {source}
        self.settle(source for source, level in levels.items() if level)
        return former

    def level(self, source: Source) -> bool:
        held = source[0] == "member" and self.people[source[1]].held
        return source in self.full and not held

    def is_locked(self, source: Source) -> bool:
        if source[0] != "member" or self.people[source[1]].held:
            return False
        return any(kind != "member" for kind, _number in self.sources(source[1]))

    def join(self, *, full: bool) -> None:
        self.people.append(Person())
        if full:
            self.full.add(("member", len(self.people) - 1))
        self.settle()

    def leave(self, who: int, state: str) -> None:
        self.people[who].state = state
        if state == "former":
            self.teams = {row for row in self.teams if row[1] != who}
            self.full.discard(("member", who))
            self.people[who].held = self.people[who].waits = False
        self.settle()
