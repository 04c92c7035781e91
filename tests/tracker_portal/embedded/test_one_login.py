"""The data of an earlier checkout, where one login owned everything, under `make run` of this one: the owner owns it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from tests.tracker_portal.embedded import one_login
from tests.tracker_portal.embedded.one_login import session
from tests.tracker_portal.embedded.processes import ROOT
from tracker_portal.embedded.postgres import postgres
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.services import Services, services

pytestmark = pytest.mark.long

DANGLING = """
CREATE TABLE companies (id int PRIMARY KEY);
CREATE TABLE rows (company_id int NOT NULL);
INSERT INTO rows VALUES (7);
ALTER TABLE rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE rows FORCE ROW LEVEL SECURITY
"""
REFERENCE = "ALTER TABLE rows ADD CONSTRAINT {} FOREIGN KEY (company_id) REFERENCES companies"
RIGHTS = """
SELECT relname, relkind, relowner::regrole::text, array(
    SELECT grantee::regrole::text || ' ' || privilege_type FROM aclexplode(relacl) WHERE grantee <> relowner ORDER BY 1)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'i') ORDER BY 1
"""
FUNCTIONS = """
SELECT proname, proowner::regrole::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prolang <> 13 AND proname ~ '^(tracker|billing|orgs|issues)_' ORDER BY 1
"""


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data, migrated by `tracker`; with a row that refers to nothing, under forced row security."""
    folder = tmp_path_factory.mktemp("former")
    folder.chmod(0o711)
    (folder / "postgres").mkdir()
    server, superuser_password = postgres(folder / "postgres", durable=False)
    server.start()
    password = kept_secret(folder / "postgres/tracker.password")
    cluster = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": superuser_password}
    one_login.make_roles(cluster, password)
    address = f"postgres://tracker:{password}@127.0.0.1:{server.port}/tracker"
    done = manage("migrate", "--no-input", DATABASE_URL=address, MIGRATION_DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    with session(cluster, "tracker", password) as cursor:
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO tracker")  # as an owner has it
        cursor.execute(DANGLING)
        cursor.execute(REFERENCE.format("unchecked"))  # the control: accepted, for the row cannot be seen
        cursor.execute("ALTER TABLE rows DROP CONSTRAINT unchecked")
    refused = manage("check", "--database", "default", DATABASE_URL=address)
    assert "tracker.E004" in refused.stderr
    server.stop()
    return folder


@pytest.fixture(scope="module")
def found(former: Path) -> Iterator[Services]:
    """The same folder under the servers of today."""
    stack = ExitStack()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
            patch.delenv(name)
        patch.setenv("REDIS_URL", "redis://named")
        found = stack.enter_context(services(former, durable=False))
    with stack:
        yield found


def manage(*arguments: str, **addresses: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DEBUG": "true", **addresses}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)


def ask(address: str, sql: str) -> list[tuple[Any, ...]]:
    with connect(address) as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def connect(address: str) -> Any:
    database = psycopg2.connect(address)
    database.autocommit = True
    return database.cursor()


@pytest.mark.django_db
@pytest.mark.parametrize("sql", [RIGHTS, FUNCTIONS], ids=["tables, sequences and indexes", "functions"])
def test_owners_and_rights_are_those_of_a_new_database(found: Services, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        new = cursor.fetchall()
    assert len(new) > 5
    upgraded = [row for row in ask(found.database_url, sql) if row[0] not in {"rows", "companies", "companies_pkey"}]
    assert upgraded == new


def test_login_starts_and_nothing_is_left_to_migrate(found: Services) -> None:
    started = manage("check", "--database", "default", **found.environment())
    assert started.returncode == 0, started.stderr
    migrated = manage("migrate", "--check", **found.owners_environment())
    assert migrated.returncode == 0, migrated.stderr


def test_login_owns_nothing_and_changes_no_table(found: Services) -> None:
    with connect(found.database_url) as cursor:
        for sql in ("TRUNCATE billing_entry CASCADE", "DELETE FROM orgs_auditevent"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql)
        cursor.execute("SELECT count(*) FROM pg_shdepend WHERE refobjid = 'tracker'::regrole AND deptype = 'o'")
        assert cursor.fetchone() == (0,)


def test_reference_over_filled_tables_is_checked_now(found: Services) -> None:
    with connect(found.owner_url) as cursor, pytest.raises(psycopg2.errors.ForeignKeyViolation):
        cursor.execute(REFERENCE.format("checked"))
