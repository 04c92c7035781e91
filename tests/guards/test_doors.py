"""Every address × method × person × state × object, by real requests, against the frozen table `doors.md`.

What is asked each time is said in `door_cases.py`; `make soak` asks every combination.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.guards import door_table, doors
from tests.guards.door_cases import COMPANY_ROLES, NO_COMPANY, Case, asked, every_case
from tests.guards.door_table import frozen
from tests.guards.routes import company_routes
from tests.guards.states import STATES, WRITABLE
from tests.guards.world import ABSENT, ABSENT_COMPANY, FOREIGN, OWN, build_world
from users.permissions import Who, administrator_acts

pytestmark = pytest.mark.django_db

PARTS = os.environ.get("WRITE_DOORS")  # `make doors`: where the processes that measure the table leave its parts
STRANGERS = tuple(role for role in COMPANY_ROLES if role not in {"nobody", "outsider"})  # to the other company


def measured(state: str, cases: Iterable[Case]) -> dict[Case, str]:
    """The outcomes of those cases that are of the state."""
    world = build_world(WRITABLE if state == NO_COMPANY else state)
    found = doors.ask(world, [case for case in cases if case.state == state])
    assert found
    return found


@pytest.mark.long
@pytest.mark.parametrize("state", [*STATES, NO_COMPANY])
def test_doors_answer_as_frozen(state: str) -> None:
    assert doors.difference(frozen(), measured(state, asked(frozen()))) == []


@pytest.mark.soak
@pytest.mark.parametrize("state", [*STATES, NO_COMPANY])
def test_every_combination_answers_as_frozen(state: str) -> None:
    found = measured(state, every_case())
    if PARTS:
        assert doors.errors(found) == set()
        door_table.keep(Path(PARTS), state, found)
    else:
        assert doors.difference(frozen(), found) == []


# --- another company's address ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "everybody", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["by turns", "everybody"]
)
def test_foreign_company_and_absent_company_are_the_same_404(everybody: bool) -> None:
    """The wall finds no membership, whatever the person is elsewhere: so one of them asks behind each door."""
    world = build_world(WRITABLE)
    every_door = [(route, method) for route in company_routes() for method in route.methods]
    for number, (route, method) in enumerate(every_door):
        for role in STRANGERS if everybody else [STRANGERS[number % len(STRANGERS)]]:
            urls = [world.url(route, FOREIGN, org) for org in (world.other.slug, ABSENT_COMPANY)]
            said = [doors.outcome(world.people[role], method, url, {}) for url in urls]
            assert said == ["hidden", "hidden"], (method, route.name, role)


def test_foreign_and_absent_say_the_same_words() -> None:
    world = build_world(WRITABLE)
    for route in company_routes():
        urls = [world.url(route, OWN, org) for org in (world.other.slug, ABSENT_COMPANY)]
        urls += [world.url(route, which) for which in (FOREIGN, ABSENT)] if route.names_an_object else []
        reader = world.people["member" if route.door.who == Who.MEMBER else "owner"]  # whom the door lets in
        pages = [doors.words(reader.generic(route.methods[0], url)) for url in urls]
        assert len(set(pages[:2])) == 1, route.name
        assert len(set(pages[2:])) <= 1, route.name


# --- controls: the comparison notices ---------------------------------------------------------------------
def test_control_an_opened_door_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access.wall.rules.refusal", lambda *_: None)
    found = measured("not active", (case for case in asked(frozen()) if case.role == "blocked"))
    assert any("blocked gets 'page', frozen is 'refused'" in text for text in doors.difference(frozen(), found))


def test_control_a_write_behind_an_answer_is_noticed() -> None:
    world = build_world("not active")
    activate = next(route for route in company_routes() if route.name == "orgs:tracker_activate")
    assert activate.door == administrator_acts.post
    assert doors.outcome(world.people["owner"], "POST", world.url(activate), {}) == "writes"
    assert doors.outcome(world.people["owner"], "POST", world.url(activate), {}) == "writes"  # the first was undone
