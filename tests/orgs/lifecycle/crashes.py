"""A process that dies at any statement, inside a test's transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connection

TRANSACTIONS = re.compile("SAVEPOINT|RELEASE|ROLLBACK")


class Crash(BaseException):
    """Nobody catches it, as nobody catches a kill -9."""


class Countdown:
    """Lets so many statements through and dies before the next one, or after it; who is dead says nothing more.

    What begins and ends a transaction is no statement: here savepoints stand for transactions.
    """

    def __init__(self, statements: int, *, after: bool) -> None:
        self.left = statements
        self.after = after
        self.died = False

    def __call__(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if TRANSACTIONS.match(sql):
            return execute(sql, *args)
        if self.left:
            self.left -= 1
            return execute(sql, *args)
        if self.after and not self.died:
            execute(sql, *args)
        self.died = True
        raise Crash


def crash_at(statement: int, act: Callable[[], object], *, after: bool = False) -> bool:
    """Whether the process died: it did not when the act has fewer statements."""
    countdown = Countdown(statement, after=after)
    with suppress(Crash), connection.execute_wrapper(countdown):
        act()
    return countdown.died
