"""The folder `var/` of one checkout: who runs in it, and where its servers answer."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.ports import is_taken
from tracker_portal.embedded.secret import write_private
from tracker_portal.embedded.services import Services

ROOT = Path(__file__).resolve().parents[2]
_AFTER_CRASH_SECONDS = 10


class PortTakenError(EmbeddedError):
    """Some process listens on the port that was asked for."""


def var_folder() -> Path:
    """`var/` of this checkout, or the folder that VAR_DIR names."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def chosen_port() -> int:
    """PORT, or 8000. Raises EmbeddedError."""
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EmbeddedError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def origin_of(port: int) -> str:
    """Where the portal answers: ORIGIN, or this machine's own address."""
    return os.environ.get("ORIGIN") or f"http://127.0.0.1:{port}"


@dataclass(frozen=True)
class Workspace:
    """`run.lock` is held while somebody runs here; `run.json` names the servers, and stays only after a crash."""

    folder: Path

    @contextmanager
    def claimed(self, port: int | None = None) -> Iterator[None]:
        """Be the only one here; raises EmbeddedError or PortTakenError before anything has started."""
        with self._lock() as is_mine:
            if not is_mine:
                raise EmbeddedError(f"The portal already runs in this checkout. Stop it first ({self.folder}).")
            if port is not None:
                self._check_port(port)
            try:
                yield
            finally:
                self._note.unlink(missing_ok=True)

    def announce(self, servers: Services, origin: str) -> None:
        """Let other commands find the servers of this run, and where it answers."""
        write_private(self._note, json.dumps(servers.owners_environment() | {"ORIGIN": origin}))

    def running(self) -> tuple[Services, str] | None:
        """The servers and the origin of the run in this checkout, if there is one."""
        with self._lock() as is_mine:
            if is_mine or not self._note.exists():
                return None
            note = json.loads(self._note.read_text())
            servers = Services(note["DATABASE_URL"], note["REDIS_URL"], note["MIGRATION_DATABASE_URL"])
            return servers, note["ORIGIN"]

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "run.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @property
    def _note(self) -> Path:
        return self.folder / "run.json"

    def _check_port(self, port: int) -> None:
        """After a crash the former web server may need a moment to notice that it is orphaned."""
        deadline = time.monotonic() + (_AFTER_CRASH_SECONDS if self._note.exists() else 0)
        while is_taken(port):
            if time.monotonic() >= deadline:
                raise PortTakenError(f"Port {port} is taken. Stop what listens there, or run: make run PORT={port + 1}")
            time.sleep(0.2)
