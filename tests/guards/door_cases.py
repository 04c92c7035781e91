"""What there is to ask behind every address, and which of it is asked by `make check`: each distinct thing once.

The wall decides in an order (`access/wall/middleware.py`, `access/wall/rules.py`): who is nobody or no member of the
company, who is blocked, whose role the mark does not let in. Only then come the state of Tracker and the object. So:

- Whom the wall stops before that is asked once a door, in a state and of an object that change from door to door; of
  those who are no members, or no operators, one by turns.
- Whom it lets in is asked once for each answer that the door gives while Tracker is on, while it is off and when it is
  gone, in a state that changes from door to door.
- Of all doors with one mark that let somebody in in the same states, one is asked in every state.

`make soak` and `make doors` ask everything; a test reads in the table that each combination is as the one asked for it.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.guards.routes import Route, routes
from tests.guards.states import FOR_OBJECTS, PHASES, STATES
from tests.guards.world import ABSENT, FOREIGN, OWN
from users.permissions import Mark, Who

COMPANY_ROLES = ("nobody", "stranger", "outsider", "viewer", "member", "administrator", "owner", "blocked", "removed")
PUBLIC_ROLES = ("nobody", "stranger", "owner", "operator")
NO_MEMBERS, NO_OPERATORS = ("stranger", "outsider", "removed"), ("stranger", "owner")
INSIDE = frozenset({"viewer", "member", "administrator", "owner"})
OUTSIDE = frozenset(COMPANY_ROLES) - INSIDE
ADMITTED = {Who.OWNER: {"owner"}, Who.ADMINISTRATOR: {"owner", "administrator"}}  # by marks that let not all in
NO_COMPANY = "no company"  # in place of a state
REFUSALS = frozenset({"login", "hidden", "refused", "gone"})


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


def roles_alike(route: Route) -> list[tuple[str, ...]]:
    """The roles in groups of those of whom the wall knows nothing that tells them apart."""
    shared = {True: NO_MEMBERS, route.door.who == Who.OPERATOR: NO_OPERATORS}.get(route.door.in_company, ())
    return [shared] * bool(shared) + [(role,) for role in roles(route) if role not in shared]


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


def alike(mark: Mark, cases: list[Case], frozen: Outcomes, *, in_full: bool) -> list[list[Case]]:
    """The cases of one door and of roles that are alike in groups; in each, one is asked for all."""
    if not mark.in_company or is_stopped_first(mark, cases[0].role):
        return by_outcome(cases, frozen)
    own = [case for case in cases if case.of == OWN]
    phases = [[case] for case in own] if in_full else [[case for case in own if case.state in it] for it in PHASES]
    others = [[case for case in cases if case.of == of] for of in (FOREIGN, ABSENT)]
    return [group for each in phases + others for group in by_outcome(each, frozen)]


def by_outcome(cases: list[Case], frozen: Outcomes) -> list[list[Case]]:
    """The cases in groups that the table does not tell apart."""
    groups: dict[str | None, list[Case]] = {}
    for case in cases:
        groups.setdefault(frozen.get(case), []).append(case)
    return list(groups.values())


def stand_ins(every_route: Iterable[Route], frozen: Outcomes) -> dict[Case, Case]:
    """Every case there is, with the one that is asked for it."""
    found: dict[Case, Case] = {}
    in_full: set[tuple[object, ...]] = set()  # kinds of doors of which one is asked in every state
    for route in every_route:
        for method, alike_roles in itertools.product(route.methods, roles_alike(route)):
            cases = [Case(method, route.name, of, state, role) for role in alike_roles for of, state in places(route)]
            kind = (
                route.door,
                method,
                alike_roles,
                *(frozen.get(case) in REFUSALS for case in cases if case.of == OWN),
            )
            for group in alike(route.door, cases, frozen, in_full=kind not in in_full):
                found |= dict.fromkeys(group, by_turns(group))
            in_full.add(kind)
    return found


def asked(frozen: Outcomes) -> set[Case]:
    """What stands for everything."""
    return set(stand_ins(routes(), frozen).values())


def by_turns(group: list[Case]) -> Case:
    """One of the group: always the same, and another for another door or role."""
    return random.Random(" ".join(group[0])).choice(group)


@functools.cache
def every_case() -> tuple[Case, ...]:
    """The whole matrix."""
    return tuple(stand_ins(routes(), {}))
