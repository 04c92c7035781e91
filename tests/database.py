"""What a test does as the owner of the tables: `tests/roles.sql` lets it, in the tests' cluster alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

BECOME_OWNER = "SET LOCAL ROLE tracker_owner"


@contextmanager
def as_owner() -> Iterator[None]:
    """Sees and may change everything in here; afterwards the session's own login goes on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BECOME_OWNER)
        yield
        cursor.execute("SET LOCAL ROLE NONE")


def run_as_owner(*statements: str) -> None:
    """No table with unchecked references can be altered, so they are checked first."""
    with as_owner(), connection.cursor() as cursor:
        for statement in ("SET CONSTRAINTS ALL IMMEDIATE", *statements):
            cursor.execute(statement)


@contextmanager
def emptied_by_owner() -> Iterator[None]:
    """Django's test cases TRUNCATE all tables after a test that commits; the login of the tests may not."""
    empty = DatabaseOperations.execute_sql_flush

    def empty_as_owner(self: DatabaseOperations, statements: Sequence[str]) -> None:
        empty(self, [BECOME_OWNER, *statements])

    with pytest.MonkeyPatch.context() as patch:  # the class: a browser's event loop has a connection of its own
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty_as_owner)
        yield
