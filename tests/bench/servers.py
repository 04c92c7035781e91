"""Ours and plain Django's, each as two synchronous processes of gunicorn over one database, and what asks them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.db import connection

from tests.orgs.mail.processes import wait_until
from tracker_portal.embedded.processes.ports import free_port
from tracker_portal.embedded.processes.process import Spawn, kill_session

PROCESSES = BROWSERS = 2
TICKS = os.sysconf("SC_CLK_TCK")
CSRF = "c" * 32
HOST = "portal.example"


def database_url() -> str:
    """The test's database, for the login that web, worker and beat have."""
    name = connection.settings_dict["NAME"]
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@dataclass
class Server:
    """gunicorn with one application; whoever asks has logged in there."""

    module: str
    environment: dict[str, str]
    folder: Path
    session: str = ""
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.port = free_port()
        command = ["gunicorn", self.module, "--workers", str(PROCESSES), "--bind", f"127.0.0.1:{self.port}"]
        with (self.folder / f"{self.module}.log").open("ab") as output:
            self.process = Spawn(signal.SIGKILL, environment=self.environment, output=output).start(
                [sys.executable, "-m", *command, "--no-control-socket"]
            )
        wait_until(self._listens)

    def stop(self) -> None:
        if self.process is not None:
            kill_session(self.process)
            self.process.wait()

    def _listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def request(self, path: str, fields: dict[str, str] | None = None) -> bytes:
        """What a browser would send: a page that is looked at, or a form with these fields."""
        body = urlencode(fields | {"csrfmiddlewaretoken": CSRF}) if fields else ""
        lines = [
            f"{'POST' if fields else 'GET'} {path} HTTP/1.1",
            f"Host: {HOST}",
            "X-Forwarded-Proto: https",
            f"Origin: https://{HOST}",
            f"Referer: https://{HOST}/",
            "Accept-Encoding: gzip",
            f"Cookie: sessionid={self.session}; csrftoken={CSRF}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        return "\r\n".join([*lines, "", body]).encode()

    def ask(self, request: bytes) -> None:
        """Raises AssertionError for an answer that is neither the page nor the way on from a form."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
            client.sendall(request)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        expected = b"302" if request.startswith(b"POST") else b"200"
        assert answer[9:12] == expected, answer[:2000]

    def workers(self) -> list[Path]:
        assert self.process is not None
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [Path(f"/proc/{child}") for child in children]

    def cpu_seconds(self) -> float:
        """What all its processes have used until now, of their own and in the kernel."""
        fields = [(worker / "stat").read_text().rpartition(")")[2].split() for worker in self.workers()]
        return sum(int(values[11]) + int(values[12]) for values in fields) / TICKS

    def memory(self) -> float:
        """Mebibytes of the largest process (RSS)."""
        found = [re.search(r"VmRSS:\s+(\d+)", (worker / "status").read_text()) for worker in self.workers()]
        return max(int(match[1]) for match in found if match) / 1024


@dataclass
class Window:
    """How many were answered in how many seconds, and the CPU seconds of the web server that it took."""

    answers: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    @property
    def milliseconds(self) -> float:
        """CPU of one answer."""
        return self.cpu / self.answers * 1000


@dataclass
class Load:
    """Requests that are sent one after the other, in turn, by so many at once."""

    server: Server
    requests: Iterator[bytes]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def again_and_again(cls, server: Server, requests: list[bytes]) -> Load:
        return cls(server, cycle(requests))

    def window(self, seconds: float) -> Window:
        """What is answered in so many seconds. Raises AssertionError for an answer that is none."""
        cpu = self.server.cpu_seconds()
        started, counts = time.perf_counter(), [0] * BROWSERS
        failed: list[BaseException] = []

        def ask_until_the_end(number: int) -> None:
            try:
                while time.perf_counter() < started + seconds:
                    with self.lock:
                        request = next(self.requests)
                    self.server.ask(request)
                    counts[number] += 1
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=ask_until_the_end, args=[number]) for number in range(BROWSERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return Window(sum(counts), time.perf_counter() - started, self.server.cpu_seconds() - cpu)


def log_in_to_plain(server: Server, name: str, password: str) -> str:
    """The session of whoever logs in there."""
    client = HTTPConnection("127.0.0.1", server.port)
    body = urlencode({"username": name, "password": password, "csrfmiddlewaretoken": CSRF})
    headers = {"Cookie": f"csrftoken={CSRF}", "Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", "/accounts/login/", body, headers)
    cookies = client.getresponse().headers.get_all("Set-Cookie", [])
    return next(cookie for cookie in cookies if cookie.startswith("sessionid=")).partition(";")[0].partition("=")[2]


PRODUCTION = {
    "DEBUG": "false",
    "ORIGIN": f"https://{HOST}",
    "ALLOWED_HOSTS": HOST,
    "TRUSTED_PROXY_COUNT": "1",
    "SECRET_KEY": "bench-Zq8v2mXw5Lr9Tn4Kc7Hj1Pd6Fb3Sg0Yx-Ua2We5Ri8Qo1Pv7Nt4Mz6Bk9",
    "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
    "SELLER_NAME": "Tracker",
    "SELLER_ADDRESS": "Berlin",
    "SELLER_TAX_ID": "DE136695976",
    "SELLER_BANK": "Bundesbank",
    "SELLER_ACCOUNT": "DE89370400440532013000",
    "SELLER_EMAIL": "billing@portal.example",
    "LOG_LEVEL": "WARNING",
}


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            stack.callback(server.stop)
            server.start()
        yield


def manage(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", "django", *command], env=environment, check=True, stdout=subprocess.DEVNULL)
