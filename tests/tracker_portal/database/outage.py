"""A portal over a PostgreSQL of its own, which can be stopped, made to hang, and brought back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import psycopg2

from tests.tracker_portal.embedded.processes import ROOT, eventually
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.processes.ports import free_port
from tracker_portal.embedded.processes.process import Spawn, kill_session
from tracker_portal.embedded.server import Server

SETUP = """
import django; django.setup()
from django.test import Client
from tests.factories import make_company
org = make_company()
client = Client()
client.force_login(org.memberships.get().user)
print(org.slug, client.cookies["sessionid"].value)
"""


def run(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Database:
    """The server, and a superuser's way into it."""

    server: Server
    password: str

    def execute(self, *statements: str) -> None:
        with closing(self.connect()) as superuser:
            superuser.autocommit = True
            for statement in statements:
                superuser.cursor().execute(statement)

    def connect(self) -> psycopg2.extensions.connection:
        port = self.server.port
        return psycopg2.connect(host="127.0.0.1", port=port, user="postgres", password=self.password, dbname="tracker")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """The kernel goes on to accept connections and to acknowledge what is sent; nobody reads it."""
        group = [self.server.process.pid, *children(self.server.process.pid)]
        for pid in group:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in group:
                os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    headers: Mapping[str, str]
    text: str


@dataclass
class Web:
    """The web server as `make run` starts it, without the edge before it."""

    port: int
    session: str
    org: str

    def get(self, path: str, *, session: bool = False) -> Answer:
        return self.ask("GET", path, {"Cookie": f"sessionid={self.session}"} if session else {})

    def post(self, path: str, **fields: str) -> Answer:
        """Without a session; a page of ours that the cookie came with is not needed."""
        token = "a" * 32
        headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, headers, urlencode(fields | {"csrfmiddlewaretoken": token}))

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, body, dict(headers))
        response: HTTPResponse = connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, time.monotonic() - began, dict(response.headers), text)

    @property
    def company(self) -> str:
        return f"/o/{self.org}/"


@contextmanager
def web_server(environment: Mapping[str, str], owner: Mapping[str, str], log: Path) -> Iterator[Web]:
    """Migrates, makes a company with its owner logged in, and serves."""
    port = free_port()
    variables = environment | {
        "ORIGIN": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "tracker_portal.settings",
    }
    run(variables | owner, "manage.py", "migrate", "--verbosity", "0")
    org, session = run(variables, "-c", SETUP).split()[-2:]
    with log.open("wb") as output:
        spawn = Spawn(signal.SIGKILL, environment=variables, output=output, cwd=ROOT)
        process = spawn.start([sys.executable, "-m", *commands.web(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")])
    web = Web(port, session, org)
    try:
        assert eventually(lambda: is_up(web), seconds=60), log.read_text()
        yield web
    finally:
        kill_session(process)
        process.wait()


def is_up(web: Web) -> bool:
    try:
        return web.get("/healthz").status == 200
    except OSError:
        return False
