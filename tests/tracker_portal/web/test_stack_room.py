"""No depth of a page's calls makes Python map and unmap memory for each of them."""

from __future__ import annotations

import resource
from collections.abc import Callable

from tracker_portal.web.stack_room import with_room

CALLS, DEPTHS = 2_000, range(200)


def leaf(*_args: int) -> None:
    """Called again and again at some depth."""


def faults_at(depth: int) -> int:
    """How often memory had to be mapped anew by calls from so many calls within each other."""
    if depth:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        leaf(1, 2, 3)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def worst(run: Callable[[int], int]) -> int:
    return max(run(depth) for depth in DEPTHS)


def test_calls_at_any_depth_stay_in_one_piece() -> None:
    assert worst(with_room(faults_at)) < CALLS / 10


def test_control_without_room_some_depth_pays_for_each_call() -> None:
    assert worst(faults_at) >= CALLS


def test_arguments_and_answer_pass() -> None:
    assert with_room(lambda a, *, b: (a, b))(1, b=2) == (1, 2)
