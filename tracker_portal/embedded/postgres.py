"""The embedded PostgreSQL: making the cluster, its options, its roles and the database `tracker`."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO

import psycopg2
from psycopg2 import sql

from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.identity import Identity
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.server import Server

ROLES = Path(__file__).resolve().parents[2] / "docker/postgres/roles.sql"

# The same as POSTGRES_INITDB_ARGS in docker-compose.yml: else sort order and trigrams differ in production.
INITDB_ARGS = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8", "--locale=C.UTF-8"]
# Nothing of a throw-away cluster needs to survive a power cut.
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres(folder: Path, *, durable: bool) -> tuple[Server, str]:
    """The server over the folder, its cluster made but not started, and the password of the superuser."""
    identity = Identity.here(folder)
    password = kept_secret(identity.folder / "superuser.password")
    data = identity.folder / "data"
    if not data.exists():
        _make_cluster(identity, data, durable=durable)

    def launch(port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        command = [str(identity.programs / "postgres"), "-D", str(data), *_options(port, durable=durable)]
        return identity.spawn(log).start(command)

    return Server("PostgreSQL", folder / "postgres.log", launch, lambda port: _answers(port, password)), password


def provision(port: int, superuser_password: str, passwords: Mapping[str, str], more_roles: Path | None = None) -> None:
    """Make what the application expects of a cluster; running it again changes nothing.

    `passwords` are those of the two logins. `more_roles` is run after the roles: what only the tests' cluster has.
    """
    roles = ROLES.read_text() + (more_roles.read_text() if more_roles else "")
    with closing(_superuser(port, superuser_password, "template1")) as template:
        template.cursor().execute(roles)
    with closing(_superuser(port, superuser_password, "postgres")) as connection:
        cursor = connection.cursor()
        for login, password in passwords.items():
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(login)), [password])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'tracker'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE tracker OWNER tracker_owner")
    with closing(_superuser(port, superuser_password, "tracker")) as database:
        database.cursor().execute(roles)


def _make_cluster(identity: Identity, data: Path, *, durable: bool) -> None:
    """initdb beside the final place, then one move: a killed first start leaves no half of a cluster."""
    half = data.with_name("data.new")
    shutil.rmtree(half, ignore_errors=True)
    identity.own(identity.folder)
    command = [str(identity.programs / "initdb"), "-D", str(half), *INITDB_ARGS, "--auth=scram-sha-256"]
    command += ["--username=postgres", f"--pwfile={identity.folder / 'superuser.password'}", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    with tempfile.TemporaryFile() as output:
        if identity.spawn(output).start(command).wait():
            output.seek(0)
            raise EmbeddedError(f"initdb failed:\n{output.read().decode(errors='replace')}")
    half.rename(data)


def _options(port: int, *, durable: bool) -> list[str]:
    """TCP on 127.0.0.1 only: the path of a unix socket may not be longer than 107 bytes."""
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", "timezone": "UTC"}
    options |= {} if durable else _THROW_AWAY
    return [f"--{name}={value}" for name, value in options.items()]


def _superuser(port: int, password: str, database: str) -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(
        host="127.0.0.1", port=port, user="postgres", password=password, dbname=database, connect_timeout=5
    )
    connection.autocommit = True
    return connection


def _answers(port: int, password: str) -> bool:
    try:
        _superuser(port, password, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True
