"""What the postgres container runs when its volume is new, run here against a cluster that nothing has prepared."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.tracker_portal.embedded import one_login
from tests.tracker_portal.embedded.one_login import Cluster, session
from tests.tracker_portal.embedded.processes import ROOT
from tracker_portal.embedded.binaries import postgres_programs
from tracker_portal.embedded.postgres import ROLES, postgres

PASSWORDS = {"tracker": 'it\'s; "quoted" \\ well', "tracker_owner": "owner's \\ too"}


@pytest.fixture
def new_cluster(cluster: Path) -> Iterator[Cluster]:
    server, superuser_password = postgres(cluster, durable=False)
    server.start()
    yield {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": superuser_password}
    server.stop()


def test_the_container_makes_the_roles_and_the_database(new_cluster: Cluster) -> None:
    run_init(new_cluster)
    for user, password in PASSWORDS.items():
        with session(new_cluster, user, password) as cursor:
            cursor.execute("SET ROLE tracker_tenant; SET ROLE tracker_platform; RESET ROLE")
            assert owner_of_database(cursor) == "tracker_owner"


def test_tracker_becomes_nobody_but_the_scopes(new_cluster: Cluster) -> None:
    """Of the tests' cluster alone it is true that `tracker` may become the owner."""
    run_init(new_cluster)
    with session(new_cluster, "tracker", PASSWORDS["tracker"]) as cursor:
        for role in ("tracker_owner", "postgres"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE DATABASE more")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE more ()")
        cursor.execute("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'tracker'::regrole ORDER BY 1")
        assert cursor.fetchall() == [("tracker_platform",), ("tracker_tenant",)]


def test_control_the_tests_own_addition_lets_it(new_cluster: Cluster) -> None:
    run_init(new_cluster)
    with session(new_cluster, "postgres", new_cluster["PGPASSWORD"]) as cursor:
        cursor.execute((ROOT / "tests/roles.sql").read_text())
    with session(new_cluster, "tracker", PASSWORDS["tracker"]) as cursor:
        cursor.execute("SET ROLE tracker_owner")


def test_run_again_it_changes_passwords_and_keeps_what_is_there(new_cluster: Cluster) -> None:
    run_init(new_cluster)
    with session(new_cluster, "tracker_owner", PASSWORDS["tracker_owner"]) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS one")
    run_init(new_cluster, TRACKER_DB_PASSWORD="another")
    with session(new_cluster, "tracker", "another") as cursor:
        cursor.execute("SELECT one FROM kept")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("TRUNCATE kept")


def test_run_on_a_volume_of_one_login_the_owner_gets_what_is_there(new_cluster: Cluster) -> None:
    one_login.make_roles(new_cluster, PASSWORDS["tracker"])
    with session(new_cluster, "tracker", PASSWORDS["tracker"]) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS one")
    run_init(new_cluster)
    with session(new_cluster, "tracker", PASSWORDS["tracker"]) as cursor:
        assert owner_of_database(cursor) == "tracker_owner"
        cursor.execute("UPDATE kept SET one = 2; SELECT tableowner FROM pg_tables WHERE tablename = 'kept'")
        assert cursor.fetchone() == ("tracker_owner",)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DROP TABLE kept")


def run_init(cluster: Cluster, **changes: str) -> None:
    environment = cluster | {
        "PATH": f"{postgres_programs()}:{os.environ['PATH']}",
        "POSTGRES_USER": "postgres",
        "TRACKER_OWNER_DB_PASSWORD": PASSWORDS["tracker_owner"],
        "TRACKER_DB_PASSWORD": PASSWORDS["tracker"],
        "ROLES_SQL": str(ROLES),
    }
    script = ROLES.with_name("init.sh")
    done = subprocess.run([script], env=environment | changes, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def owner_of_database(cursor: Any) -> str:
    cursor.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()")
    return str(cursor.fetchone()[0])
