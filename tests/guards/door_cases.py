"""What there is to ask behind every address, and which of it is asked by `make check`: each distinct thing once.

The wall decides in an order (`access/wall/middleware.py`, `access/wall/rules.py`): who is nobody or no member of the
company, who is blocked, whose role the mark does not let in. Only then come the state of Tracker and the object. So:

- Whom the wall stops before that is asked once a door, in a state and of an object that change from door to door.
- States that are one by the clock, stored in several ways, are asked by turns, too, of doors that answer alike in every
  state; so is a foreign or an absent object in two states.
- What the table tells apart anywhere is asked for itself, everywhere.

`make soak` and `make doors` ask everything; a test reads in the table that each combination is as the one asked for it.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.guards.routes import Route, routes
from tests.guards.states import FOR_OBJECTS, READ_ONLY, STATES, SUBSCRIBED
from tests.guards.world import ABSENT, FOREIGN, OWN
from users.permissions import Mark, Who

COMPANY_ROLES = ("nobody", "stranger", "outsider", "viewer", "member", "administrator", "owner", "blocked", "removed")
PUBLIC_ROLES = ("nobody", "stranger", "owner", "operator")
INSIDE = frozenset({"viewer", "member", "administrator", "owner"})
OUTSIDE = frozenset(COMPANY_ROLES) - INSIDE
ADMITTED = {Who.OWNER: {"owner"}, Who.ADMINISTRATOR: {"owner", "administrator"}}  # by marks that let not all in
NO_COMPANY = "no company"  # in place of a state


class Case(NamedTuple):
    """One thing to ask: by which method, which route, of whose object, in which state, who."""

    method: str
    route: str
    of: str
    state: str
    role: str


Outcomes = Mapping[Case, str]


def roles(route: Route) -> tuple[str, ...]:
    return COMPANY_ROLES if route.door.in_company else PUBLIC_ROLES


def places(route: Route) -> list[tuple[str, str]]:
    """Of whose object and in which state a route is asked."""
    if not route.door.in_company:
        return [(OWN, NO_COMPANY)]
    elsewhere = (FOREIGN, ABSENT) if route.names_an_object else ()
    return [(OWN, state) for state in STATES] + [(of, state) for of in elsewhere for state in FOR_OBJECTS]


def is_stopped_first(mark: Mark, role: str) -> bool:
    """Whether the wall turns somebody away before it looks at Tracker's state or calls the view."""
    if not mark.in_company:
        return False
    return role in OUTSIDE or role not in ADMITTED.get(mark.who, INSIDE)


def alike(mark: Mark, role: str, cases: list[Case], frozen: Outcomes) -> list[list[Case]]:
    """The cases of one door and one role in groups; in each, one is asked for all."""
    if is_stopped_first(mark, role):
        return undivided(cases, cases, frozen)
    own = [case for case in cases if case.of == OWN]
    by_clock = [[case for case in own if case.state in states] for states in (READ_ONLY, SUBSCRIBED)]
    alone = [[case] for case in own if case.state not in READ_ONLY + SUBSCRIBED]
    groups = [group for shared in by_clock for group in undivided(shared, own, frozen)]
    for of in (FOREIGN, ABSENT):
        elsewhere = [case for case in cases if case.of == of]
        groups += undivided(elsewhere, elsewhere, frozen)
    return alone + groups


def undivided(group: list[Case], within: list[Case], frozen: Outcomes) -> list[list[Case]]:
    """The group as one, unless the table tells cases apart within the given ones: then each alone."""
    if not group:
        return []
    return [group] if len({frozen.get(case) for case in within}) == 1 else [[case] for case in group]


def stand_ins(every_route: Iterable[Route], frozen: Outcomes) -> dict[Case, Case]:
    """Every case there is, with the one that is asked for it."""
    found: dict[Case, Case] = {}
    for route in every_route:
        for method in route.methods:
            for role in roles(route):
                cases = [Case(method, route.name, of, state, role) for of, state in places(route)]
                for group in alike(route.door, role, cases, frozen):
                    found |= dict.fromkeys(group, by_turns(group))
    return found


def asked(frozen: Outcomes) -> set[Case]:
    """What stands for everything."""
    return set(stand_ins(routes(), frozen).values())


def by_turns(group: list[Case]) -> Case:
    """One of the group: always the same, and another for another door or role."""
    return random.Random(f"{group[0].method} {group[0].route} {group[0].role}").choice(group)


@functools.cache
def every_case() -> tuple[Case, ...]:
    """The whole matrix."""
    return tuple(stand_ins(routes(), {}))
