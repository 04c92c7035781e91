"""People of a company in plain Python, as product.md §3 says: what is refused, and what is true afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refuse(Exception):
    """A rule says no."""


def require(condition: bool) -> None:
    if not condition:
        raise Refuse


@dataclass
class Person:
    role: str = "employee"
    state: str = "in"  # or blocked, former
    place: int = 0


@dataclass
class Company:
    """Everything by number; department 0 is the company itself."""

    limit: int
    people: list[Person] = field(default_factory=lambda: [Person("owner")])
    parents: dict[int, int] = field(default_factory=dict)
    inner: set[tuple[int, int]] = field(default_factory=set)  # (team, team inside it)
    teams: set[tuple[int, int]] = field(default_factory=set)  # (team, person)
    held: set[tuple[int, int]] = field(default_factory=set)  # (team, department)

    # --- what is asked ----------------------------------------------------------------------------------
    def count(self, state: str) -> int:
        return sum(person.state == state for person in self.people)

    def owners(self) -> list[int]:
        return [n for n, person in enumerate(self.people) if person.role == "owner" and person.state == "in"]

    def above(self, place: int) -> list[int]:
        """The department and all above it."""
        found = [place]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found

    def reaches(self, outer: int, inner: int) -> bool:
        return outer == inner or any(self.reaches(part, inner) for team, part in self.inner if team == outer)

    def inside(self, team: int) -> set[int]:
        """The people of a team, however they are in it."""
        found = {person for number, person in self.teams if number == team}
        places = {place for number, place in self.held if number == team}
        found |= {
            n for n, one in enumerate(self.people) if one.state != "former" and places & set(self.above(one.place))
        }
        return found.union(*(self.inside(part) for number, part in self.inner if number == team))

    def administers(self, actor: int) -> None:
        require(self.people[actor].state == "in" and self.people[actor].role != "employee")

    def here(self, actor: int, who: int) -> Person:
        self.administers(actor)
        require(self.people[who].state != "former")
        return self.people[who]

    def let_go(self, actor: int, who: int) -> None:
        if self.people[who].role == "owner":
            require(actor in self.owners() and bool(set(self.owners()) - {who}))

    # --- what is done -----------------------------------------------------------------------------------
    def join(self) -> None:
        require(self.count("in") < self.limit)
        self.people.append(Person())

    def block(self, actor: int, who: int) -> None:
        person = self.here(actor, who)
        require(actor != who and person.state == "in")
        self.let_go(actor, who)
        person.state = "blocked"

    def unblock(self, actor: int, who: int) -> None:
        person = self.here(actor, who)
        require(person.state == "blocked" and (person.role != "owner" or actor in self.owners()))
        require(self.count("in") < self.limit)
        person.state = "in"

    def remove(self, actor: int, who: int) -> None:
        person = self.here(actor, who)
        require(actor != who)
        self.let_go(actor, who)
        person.state = "former"
        self.teams = {pair for pair in self.teams if pair[1] != who}

    def change(self, actor: int, who: int, role: str) -> None:
        person = self.here(actor, who)
        require(person.state == "in")
        if role == "owner":
            require(actor in self.owners())
        else:
            self.let_go(actor, who)
        person.role = role

    def transfer(self, actor: int, who: int) -> None:
        person = self.here(actor, who)
        require(person.state == "in" and actor in self.owners() and actor != who)
        person.role, self.people[actor].role = "owner", "administrator"

    def move(self, actor: int, who: int, place: int) -> None:
        self.here(actor, who).place = place

    def hang(self, actor: int, place: int, parent: int) -> None:
        self.administers(actor)
        require(place != 0 and place not in self.above(parent))
        self.parents[place] = parent

    def cut(self, actor: int, place: int, into: int) -> None:
        self.administers(actor)
        require(place not in (0, into))
        parent = self.parents.pop(place)
        self.parents = {child: parent if above == place else above for child, above in self.parents.items()}
        self.held = {pair for pair in self.held if pair[1] != place}
        for person in self.people:
            person.place = into if person.place == place else person.place

    def add(self, actor: int, team: int, who: int) -> None:
        self.here(actor, who)
        self.teams.add((team, who))

    def put(self, actor: int, team: int, inner: int) -> None:
        self.administers(actor)
        require(not self.reaches(inner, team))
        self.inner.add((team, inner))

    def hold(self, actor: int, team: int, place: int) -> None:
        self.administers(actor)
        self.held.add((team, place))
