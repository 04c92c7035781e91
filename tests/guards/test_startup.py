"""Unsafe settings stop web, worker and beat as they stop manage.py, each with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.guards.production import SAFE, superusers_database
from tests.guards.project import ROOT
from tests.orgs.mail.processes import wait_until
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.processes.ports import free_port, is_taken

__all__ = ["superusers_database"]

PREPARE = ["tracker_portal.embedded.prepare"]


def process(name: str, port: int, folder: Path) -> list[str]:
    command = {
        "web": commands.web(f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}"),
        "worker": [*commands.worker(), "--loglevel", "INFO"],
        "beat": [*commands.beat(str(folder / "schedule")), "--loglevel", "INFO"],
        "prepare": PREPARE,
    }
    return [sys.executable, "-m", *command[name]]


def start(name: str, folder: Path, *, port: int = 0, **changes: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        process(name, port, folder),
        cwd=ROOT,
        env={**SAFE, "STATIC_ROOT": str(folder / "static"), **changes},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def refusal(name: str, folder: Path, **changes: str) -> str:
    """What a process says that ends by itself, and not in peace."""
    running = start(name, folder, **changes)
    try:
        said, _ = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode not in (0, None)
    return said


@pytest.mark.parametrize("name", ["web", "worker", "beat", "prepare"])
def test_unsafe_settings_and_login_stop_every_process_with_all_reasons(
    name: str, tmp_path: Path, superusers_database: str
) -> None:
    unsafe = {"ORIGIN": "http://portal.example", "SECRET_KEY": "short", "DATABASE_URL": superusers_database}
    said = refusal(name, tmp_path, **unsafe)
    assert "ORIGIN is not https: passwords and sessions would travel in clear." in said
    assert "SECRET_KEY is the development one or shorter than 50 characters" in said
    assert "bypasses row security: the wall between companies would not hold" in said


def test_control_with_safe_settings_the_web_server_answers(tmp_path: Path) -> None:
    running = start("web", tmp_path, port=(port := free_port()))
    try:
        wait_until(lambda: is_taken(port))
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
    finally:
        running.terminate()
        running.communicate(timeout=30)


@pytest.mark.parametrize(("name", "word"), [("worker", " ready."), ("beat", "beat: Starting")])
def test_control_with_safe_settings_worker_and_beat_start(name: str, word: str, tmp_path: Path) -> None:
    running = start(name, tmp_path)
    try:
        assert running.stdout
        assert any(word in line for line in running.stdout)  # one that ends without saying it fails
    finally:
        running.terminate()
        running.communicate(timeout=30)


def test_a_database_that_is_away_keeps_no_process_from_starting(tmp_path: Path) -> None:
    away = f"postgres://tracker:no@127.0.0.1:{free_port()}/tracker"
    program = [sys.executable, "-c", "from tracker_portal.wsgi import application"]
    done = subprocess.run(
        program, cwd=ROOT, env={**SAFE, "DATABASE_URL": away}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_make_run_outside_development_makes_the_database_and_loads_no_demo(tmp_path: Path) -> None:
    running = start("prepare", tmp_path, MIGRATION_DATABASE_URL=os.environ["MIGRATION_DATABASE_URL"])
    said, _ = running.communicate(timeout=120)
    assert (running.returncode, said) == (0, "")
    assert (tmp_path / "static/staticfiles.json").exists()  # pages know static files by the names in it
