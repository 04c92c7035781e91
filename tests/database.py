"""What a test does as the owner of the tables: `tests/roles.sql` lets it, in the tests' cluster alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from orgs.tenancy.scopes import platform_scope

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
def undone() -> Iterator[None]:
    """Whatever is written in here is no more afterwards: many things are asked in one world, none sees another.

    A savepoint gives back how constraints stood when that was touched in itself, not in an inner one that was released.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # as all of them begin
        yield
        transaction.set_rollback(True)


# Rows are deleted one table after the other, whoever refers to them. To TRUNCATE a hundred tables, most of them empty,
# takes ten times as long, and migrating writes the kept ones only once.
EMPTY = """
DO $$
DECLARE
    filled regclass;
BEGIN
    SET LOCAL session_replication_role = replica; -- neither a reference nor a trigger keeps a row
    FOR filled IN
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission', 'users_cache')
    LOOP
        EXECUTE format('DELETE FROM %s', filled);
    END LOOP;
END
$$
"""


@contextmanager
def emptied_by_owner() -> Iterator[None]:
    """Django's test cases empty all tables after a test that commits; the login of the tests may not."""

    def empty(_case: TransactionTestCase) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(EMPTY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def tables_with(text: str) -> list[str]:
    """Tables of which a row, written out as text, contains the text."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE position(%s in t::text) > 0", [text])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def own_environment() -> dict[str, str]:
    """What a process needs that uses the database of the tests."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    return os.environ | {"DATABASE_URL": database.geturl(), "DJANGO_SETTINGS_MODULE": "tracker_portal.settings"}
