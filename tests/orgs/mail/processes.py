"""The portal's processes and its broker, real ones, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.db import connection, connections

from orgs.mail import outbox
from tests.orgs.mail.sink import Sink
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.processes.children import Child
from tracker_portal.embedded.processes.process import Spawn, kill_session
from tracker_portal.embedded.server import Server
from tracker_portal.embedded.valkey import valkey

PATIENCE = 30  # seconds


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Raises AssertionError with the name of the condition when it stays false."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, f"waited {seconds} s in vain for {is_so}"
        time.sleep(0.02)


def end_all_other_database_connections() -> None:
    """What a restart of PostgreSQL does. Runs in a thread of the mail server, with a connection of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections.close_all()


@dataclass
class Broker:
    """A Valkey of its own for one test, so that nobody else's jobs come in between."""

    server: Server
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.server.port}/0"

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()

    def come_back(self) -> None:
        """On the same port, and with nothing of what it held."""
        self.server.start()


def application(url: str) -> Celery:
    """The portal's Celery settings with another broker."""
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url
    return app


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """What the outbox of this process and the processes of `portal` talk to."""
    folder = tmp_path / "valkey"
    folder.mkdir()
    found = Broker(*valkey(folder, durable=False))
    found.server.start()
    monkeypatch.setattr(outbox, "current_app", application(found.url))
    yield found
    found.server.stop()


@dataclass
class Running:
    """A process with its children, in a session of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, text: str) -> bool:
        return text in self.log.read_text(errors="replace")

    def children(self) -> list[int]:
        own = self.process.pid
        return [int(child) for child in Path(f"/proc/{own}/task/{own}/children").read_text().split()]

    def kill_children(self) -> None:
        for child in self.children():
            os.kill(child, signal.SIGKILL)

    def kill(self) -> None:
        """kill -9, children included; once, for the id of one that was waited for may be somebody else's."""
        if self.process.returncode is None:
            kill_session(self.process)
            self.process.wait()


@dataclass
class Portal:
    """Starts processes that use the test's database, broker and mail server."""

    folder: Path
    environment: dict[str, str]
    started: list[Running] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def run(self, *module: str) -> Running:
        return self.launch([sys.executable, "-m", *module], self.environment)

    def launch(self, command: list[str], environment: dict[str, str]) -> Running:
        log = self.folder / f"{len(self.started)}.log"
        with log.open("wb") as output:
            running = Running(Spawn(signal.SIGKILL, environment=environment, output=output).start(command), log)
        self.started.append(running)
        return running

    def worker(self) -> Running:
        """Returns when it takes jobs."""
        worker = self.run(*commands.worker(), "--loglevel", "INFO")
        wait_until(lambda: worker.says(" ready."))
        return worker

    def beat(self, app: str = "tests.orgs.mail.impatient_beat") -> Running:
        """The real schedule, every second, or another one."""
        return self.run(*self._beat(app))

    def _beat(self, app: str = "tests.orgs.mail.impatient_beat") -> list[str]:
        command = commands.beat(str(self.folder / "schedule"))
        return [app if part == "tracker_portal" else part for part in command]

    def supervise(self) -> None:
        """Worker and beat as `make run` keeps them: who ends is started again, while somebody tends them."""
        self.children = [
            Child("worker", commands.worker(), self.environment, signal.SIGQUIT),
            Child("beat", self._beat(), self.environment, signal.SIGTERM),
        ]

    def tend(self) -> None:
        for child in self.children:
            child.tend()

    def kill_everything(self) -> None:
        for child in self.children:
            if child.process is not None:
                kill_session(child.process)
        for running in self.started:
            running.kill()


@pytest.fixture
def portal(tmp_path: Path, smtp_sink: Sink, broker: Broker) -> Iterator[Portal]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    addresses = {"DATABASE_URL": database.geturl(), "REDIS_URL": broker.url, "EMAIL_URL": smtp_sink.url}
    portal = Portal(tmp_path, os.environ | addresses | {"DJANGO_SETTINGS_MODULE": "tracker_portal.settings"})
    yield portal
    portal.kill_everything()
