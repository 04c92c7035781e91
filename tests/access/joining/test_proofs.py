"""Whatever happens in whatever order: who is in has a proof of the instant at which the membership began."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from access.invitations import token_status
from access.members import accounts, members, owners
from tests.access.joining.proofs import Proofs
from users.accounts import addresses

pytestmark = pytest.mark.django_db

SAMPLE, EACH, ALL = 8, 50, 1_000
COMMON: dict[str, Any] = {
    "stateful_step_count": 30,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


def test_sample_of_histories_has_a_proof_for_everybody() -> None:
    run_state_machine_as_test(Proofs, settings=settings(max_examples=SAMPLE, **COMMON))


@pytest.mark.soak
def test_a_thousand_histories_have_a_proof_for_everybody() -> None:
    for done in range(EACH, ALL + 1, EACH):
        run_state_machine_as_test(Proofs, settings=settings(max_examples=EACH, **COMMON))
        print(f"{done} histories")


def tour() -> Counter[str]:
    """One history in which each door lets somebody in once, and each rule says no once."""
    history = Proofs()
    try:
        history.found()
        for step in (
            lambda: history.meet(proved=False, here=False),  # user1
            lambda: history.meet(proved=True, here=False),  # user2
            lambda: history.create(0, 9),  # the domain is not verified
            lambda: history.invite(1, 0, unknown=False),
            lambda: history.accept(0, 1),  # the address is not proved
            lambda: history.accept(0, 2),  # somebody else's
            lambda: history.prove(1),
            lambda: history.accept(0, 1),
            lambda: history.accept(0, 1),  # used
            lambda: history.invite(0, 0, unknown=True),
            lambda: history.accept_as_new(1),
            lambda: history.invite(1, 0, unknown=True),
            lambda: history.wait(14),
            lambda: history.accept_as_new(2),  # its time is over
            lambda: history.link_on(None, None, bound=False, actor=0),
            lambda: history.follow(0, 2),
            lambda: history.meet(proved=True, here=False),
            lambda: history.link_off(0, again=False),
            lambda: history.follow(0, 4),  # the link is off
            lambda: history.check_domain(verified=True),
            lambda: history.create(0, 9),
            *[lambda number=number: history.create(0, number) for number in range(10, 13)],  # one too many
            lambda: history.change_role("employee", 0, 0),  # the last owner
        ):
            step()
            history.everybody_has_a_proof_and_the_house_is_in_order()
    finally:
        history.teardown()
    return history.book.proofs


def test_tour_lets_people_in_through_every_door() -> None:
    assert set(tour()) == {"account", "existing", "new", "link"}


def nothing(*_: Any, **__: Any) -> None:
    """A rule that was forgotten."""


def always_open(*_: Any) -> str:
    return "open"


@pytest.mark.parametrize(
    ("module", "name", "forgotten"),
    [
        (addresses, "has_proved", lambda *_: True),
        (token_status, "invitation_state", always_open),
        (token_status, "link_state", always_open),
        (accounts, "require_domain", nothing),
        (members, "require_room", nothing),
        (owners, "require_another", nothing),
    ],
    ids=["address", "invitation", "link", "domain", "limit", "last owner"],
)
def test_control_a_forgotten_rule_is_noticed(
    module: Any, name: str, forgotten: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, forgotten)
    with pytest.raises(AssertionError):
        tour()
