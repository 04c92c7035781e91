"""Starting a supervisor, and looking in /proc at what lives below it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ADDRESSES = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL"}
CHOSEN_ELSEWHERE = ADDRESSES | {"PORT", "ORIGIN", "SECRET_KEY", "MAKELEVEL", "DJANGO_SETTINGS_MODULE"}

Mark = tuple[int, str]  # pid and start time: a pid alone may be given to another process


@contextmanager
def running(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`python ARGUMENTS` as somebody would start it who has chosen no servers."""
    chosen = {name: value for name, value in os.environ.items() if name not in CHOSEN_ELSEWHERE}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=chosen | {"PYTHONPATH": str(ROOT)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """What the process printed up to the line with the text."""
    lines = []
    for line in process.stdout or []:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError(f"ended without saying {text!r}:\n" + "".join(lines))


def below(pid: int) -> set[Mark]:
    """All living processes that descend from this one."""
    parents = {child: fields for child in _pids() if (fields := _fields(child))}
    found: set[int] = {pid}
    while more := {child for child, fields in parents.items() if int(fields[1]) in found} - found:
        found |= more
    return {(child, parents[child][19]) for child in found - {pid}}


def living(marks: set[Mark]) -> set[Mark]:
    """Those that still run; a zombie does not."""
    return {mark for mark in marks if (fields := _fields(mark[0])) and fields[19] == mark[1] and fields[0] != "Z"}


def eventually(condition: Callable[[], bool], *, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …, start time at index 19."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
