"""The roles are as the tenant wall needs them, in every new database."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import connection


@pytest.fixture
def cursor() -> Iterator[Any]:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as database:
        yield database.cursor()


def test_only_the_owner_is_above_row_security(cursor: Any) -> None:
    cursor.execute(
        "SELECT rolname, rolcanlogin, rolcreatedb, rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication "
        "FROM pg_roles WHERE rolname LIKE 'tracker%' ORDER BY 1"
    )
    assert cursor.fetchall() == [
        ("tracker", True, False, False),
        ("tracker_owner", True, True, True),  # it makes databases in the tests' cluster only (tests/roles.sql)
        ("tracker_platform", False, False, False),
        ("tracker_tenant", False, False, False),
    ]


def test_the_scopes_are_entered_on_purpose_only(cursor: Any) -> None:
    cursor.execute(
        "SELECT roleid::regrole::text, inherit_option, set_option, admin_option FROM pg_auth_members "
        "WHERE member = 'tracker'::regrole ORDER BY 1"
    )
    assert cursor.fetchall() == [
        ("tracker_owner", False, True, False),  # in the tests' cluster only (tests/roles.sql)
        ("tracker_platform", False, True, False),
        ("tracker_tenant", False, True, False),
    ]


def test_the_login_role_cannot_become_the_superuser(cursor: Any) -> None:
    cursor.execute("SELECT current_user")
    assert cursor.fetchone() == ("tracker",)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SET ROLE postgres")


@pytest.mark.django_db
def test_a_test_database_has_what_only_a_superuser_may_prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension WHERE extname IN ('btree_gin', 'pg_trgm') ORDER BY 1")
        assert cursor.fetchall() == [("btree_gin",), ("pg_trgm",)]
        cursor.execute("SELECT proleakproof FROM pg_proc WHERE oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure")
        assert cursor.fetchone() == (True,)


def test_text_is_sorted_and_compared_as_in_production(cursor: Any) -> None:
    cursor.execute(
        "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'tracker'"
    )
    assert cursor.fetchone() == ("b", "C.UTF-8", "UTF8")
    cursor.execute("SELECT similarity('Пользователь', 'пользователи') > 0.5")
    assert cursor.fetchone() == (True,)
