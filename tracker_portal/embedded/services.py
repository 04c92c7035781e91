"""Both servers together: the one way in for `make run`, for tests and for single commands."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tracker_portal.embedded.postgres import postgres, provision
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.server import Server
from tracker_portal.embedded.valkey import valkey


@dataclass
class Services:
    """The addresses, in the form that the settings read, and the servers that were started for them."""

    database_url: str
    redis_url: str
    owner_url: str  # the address of the database for the owner of its tables
    servers: list[Server] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What web, worker and beat may know."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def owners_environment(self) -> dict[str, str]:
        """What `migrate`, `demo` and the set-up of the tests may know, too."""
        return self.environment() | {"MIGRATION_DATABASE_URL": self.owner_url}

    def revive(self) -> list[str]:
        """Start servers that ended by themselves again, on their old ports; returns their names."""
        return [server.name for server in self.servers if server.revive()]


@contextmanager
def services(data_dir: Path, *, durable: bool, more_roles: Path | None = None) -> Iterator[Services]:
    """Run PostgreSQL and Valkey over the folder, except those that DATABASE_URL or REDIS_URL name already.

    `durable` keeps every committed row through a crash; without it the servers are fast and may be thrown away.
    `more_roles`: SQL that a superuser runs in a PostgreSQL that is started here.
    """
    named = os.environ.get
    servers = Services(named("DATABASE_URL", ""), named("REDIS_URL", ""), named("MIGRATION_DATABASE_URL", ""))
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        if not servers.database_url:
            _start_postgres(servers, data_dir.resolve() / "postgres", durable=durable, more_roles=more_roles)
        if not servers.redis_url:
            servers.redis_url = _start_valkey(servers, data_dir.resolve() / "valkey", durable=durable)
        yield servers
    finally:
        for server in reversed(servers.servers):
            server.stop()


@contextmanager
def throw_away_services(more_roles: Path | None = None) -> Iterator[Services]:
    """Services over a folder that is gone afterwards."""
    scratch = tempfile.TemporaryDirectory(prefix="tracker-portal-")
    with scratch as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may have to run as nobody; every file inside is its owner's only
        with services(Path(folder), durable=False, more_roles=more_roles) as servers:
            yield servers


def _start_postgres(servers: Services, folder: Path, *, durable: bool, more_roles: Path | None) -> None:
    folder.mkdir(exist_ok=True)
    server, superuser_password = postgres(folder, durable=durable)
    servers.servers.append(server)
    server.start()
    passwords = {login: kept_secret(folder / f"{login}.password") for login in ("tracker", "tracker_owner")}
    provision(server.port, superuser_password, passwords, more_roles)
    address = "postgres://{}:{}@127.0.0.1:{}/tracker"
    servers.database_url = address.format("tracker", passwords["tracker"], server.port)
    servers.owner_url = address.format("tracker_owner", passwords["tracker_owner"], server.port)


def _start_valkey(servers: Services, folder: Path, *, durable: bool) -> str:
    folder.mkdir(exist_ok=True)
    server, password = valkey(folder, durable=durable)
    servers.servers.append(server)
    server.start()
    return f"redis://:{password}@127.0.0.1:{server.port}/0"
