"""What the postgres container runs when its volume is new, run here against a cluster that nothing has prepared."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tracker_portal.embedded.binaries import postgres_programs
from tracker_portal.embedded.postgres import ROLES, postgres

PASSWORD = 'it\'s; "quoted" \\ well'


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[dict[str, str]]:
    server, superuser_password = postgres(tmp_path, durable=False)
    server.start()
    yield {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": superuser_password}
    server.stop()


def test_the_container_makes_the_roles_and_the_database(new_cluster: dict[str, str]) -> None:
    environment = new_cluster | {
        "PATH": f"{postgres_programs()}:{os.environ['PATH']}",
        "POSTGRES_USER": "postgres",
        "TRACKER_DB_PASSWORD": PASSWORD,
        "ROLES_SQL": str(ROLES),
    }
    script = ROLES.with_name("init.sh")
    done = subprocess.run([script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert owner_of_database(new_cluster) == "tracker"


def owner_of_database(cluster: dict[str, str]) -> str:
    host, port = cluster["PGHOST"], cluster["PGPORT"]
    with closing(
        psycopg2.connect(host=host, port=port, user="tracker", password=PASSWORD, dbname="tracker")
    ) as database:
        cursor = database.cursor()
        cursor.execute("SET ROLE tracker_tenant; SET ROLE tracker_platform; RESET ROLE")
        cursor.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()")
        row = cursor.fetchone()
    return str(row and row[0])
