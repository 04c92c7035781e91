"""`make run`: everything starts with one command and ends with it."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.tracker_portal.embedded.processes import below, eventually, living, read_until, running
from tracker_portal.embedded.processes.ports import free_port

READY = "(Ctrl-C stops everything)"


@contextmanager
def portal(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    with running("-m", "tracker_portal.embedded", VAR_DIR=str(folder), PORT=str(port)) as process:
        yield process


def answer(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().status


def body(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def test_it_survives_its_own_death_and_stops_when_asked(tmp_path: Path) -> None:
    port = free_port()
    with portal(tmp_path, port) as first:
        read_until(first, READY)
        assert answer(port, "/readyz") == 200
        assert "There is no such page" in body(port, "/no-such-page/")  # our page, not Django's for developers
        everything = below(first.pid)
        first.kill()
        assert eventually(lambda: not living(everything)), living(everything)

    with portal(tmp_path, port) as again:
        read_until(again, READY)
        assert eventually(lambda: len(below(again.pid)) > 10)  # the servers, and web and worker with their own children
        assert not [pid for pid, _start in below(again.pid) if b"MIGRATION_DATABASE_URL" in environment(pid)]
        assert f"http://127.0.0.1:{port}/login/" in demo(tmp_path, PORT="8000")  # where it runs, whatever PORT says now
        assert "already runs" in refused(tmp_path, free_port(), code=1)
        crash_and_return(again, port)
        everything = below(again.pid)
        again.send_signal(signal.SIGINT)
        assert "stopped" in again.communicate(timeout=30)[0]
        assert again.returncode == 0
        assert not living(everything)

    assert "http://127.0.0.1:8765/login/" in demo(tmp_path, PORT="8765")  # over its stopped data


def demo(folder: Path, **variables: str) -> str:
    """What `make demo` prints."""
    arguments = ("-m", "tracker_portal.embedded.with_services", "--dev", "manage.py", "demo", "--if-empty")
    with running(*arguments, VAR_DIR=str(folder), **variables) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return str(output)


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def crash_and_return(process: subprocess.Popen[str], port: int) -> None:
    """The web server is killed with its children left alive; all of it is replaced."""
    web = [pid for pid, _start in below(process.pid) if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    former = below(min(web))
    os.kill(min(web), signal.SIGKILL)
    read_until(process, "web    | ended with code -9; starts again in 1 s")
    assert eventually(lambda: not living(former))
    read_until(process, "Listening at: unix:")
    assert answer(port, "/healthz") == 200


def refused(folder: Path, port: int, *, code: int) -> str:
    with portal(folder, port) as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == code
    return str(output)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        output = refused(tmp_path, port, code=2)
    assert output.splitlines() == [f"Port {port} is taken. Stop what listens there, or run: make run PORT={port + 1}"]
    assert not (tmp_path / "postgres").exists()


def test_a_port_that_is_no_number_is_said(tmp_path: Path) -> None:
    with running("-m", "tracker_portal.embedded", VAR_DIR=str(tmp_path), PORT="http") as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output == "PORT must be a number from 1 to 65535, not 'http'.\n"
