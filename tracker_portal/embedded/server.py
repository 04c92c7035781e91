"""One server process on a port of 127.0.0.1: start until it answers, start again there after a crash, stop."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.ports import free_port
from tracker_portal.embedded.processes.process import stop

# A killed server may hold its lock for some seconds, and a port may be taken between choosing and using it.
_START_AGAIN_SECONDS = 15
_RECOVERY_SECONDS = 120  # after a crash the server first reads its log of changes


@dataclass
class Server:
    """`launch` starts the process on a port with its output in a file; `is_ready` says whether it answers there."""

    name: str
    log: Path
    launch: Callable[[int, IO[bytes]], subprocess.Popen[bytes]]
    is_ready: Callable[[int], bool]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the server answers; raises EmbeddedError with the end of its log."""
        give_up_at = time.monotonic() + _START_AGAIN_SECONDS
        while not self._try_start(self.port or free_port()):
            if time.monotonic() > give_up_at:
                raise EmbeddedError(f"{self.name} does not start. The end of {self.log}:\n{self._end_of_log()}")
            time.sleep(0.2)

    def revive(self) -> bool:
        """Start the server again if it ended by itself; says whether it had."""
        if self.process is None or self.process.poll() is None:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Stop in order: SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, signal.SIGQUIT)
            self.process = None

    def _try_start(self, port: int) -> bool:
        with self.log.open("wb") as log:
            process = self.launch(port, log)
        give_up_at = time.monotonic() + _RECOVERY_SECONDS
        while process.poll() is None:
            if self.is_ready(port):
                self.port, self.process = port, process
                return True
            if time.monotonic() > give_up_at:
                stop(process, signal.SIGINT, signal.SIGQUIT)
            time.sleep(0.02)
        return False

    def _end_of_log(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]
