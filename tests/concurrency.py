"""Several people at once, each in a thread with a connection of its own; and that a race needs its lock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections

from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import OrganizationQuerySet

Act = Callable[[], Any]


def at_once(acts: Iterable[Act]) -> list[str]:
    """Runs each act in a thread of its own; what each was told, `done` for those that went through."""

    def run(act: Act) -> str:
        try:
            act()
        except Refused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return "done"

    acts = list(acts)
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class Meeting:
    """Lets a check answer only when all sides have made it, or when the others wait for a lock."""

    def __init__(self, sides: int, patience: float) -> None:
        self.barrier, self.patience = Barrier(sides), patience

    def after(self, check: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*args: Any, **kwargs: Any) -> Any:
            result = check(*args, **kwargs)
            try:
                self.barrier.wait(self.patience)
            except BrokenBarrierError:
                pass  # with the lock nobody else gets here
            return result

        return checked


@pytest.fixture(params=[True, False], ids=["locked", "control"])
def is_locked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Every race is run as it is, and without the company's lock (and the audit trail, whose chain would refuse)."""
    if not request.param:
        monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
        monkeypatch.setattr(audit, "record", lambda *_, **__: None)
    return bool(request.param)


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Future[Any]:
    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(run)


def wait_for(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.02)
