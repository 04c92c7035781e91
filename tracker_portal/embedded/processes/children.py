"""The application's processes: output with a name before each line, started again after a crash, stopped together."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from tracker_portal.embedded.processes.process import Spawn, kill_session, stop

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60  # after this long without a crash the pauses begin small again
_STOP_SECONDS = 10


@dataclass
class Child:
    """One process. When this one is gone, `death_signal` must make it and its own children end at once."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    death_signal: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    program: Sequence[str] = (sys.executable, "-m")  # ours are run as modules, so they are of this very interpreter
    pause: float = field(default=_FIRST_PAUSE)

    def start(self) -> None:
        spawn = Spawn(self.death_signal, environment=self.environment, output=subprocess.PIPE)
        self.process = spawn.start([*self.program, *self.command])
        self.started_at = time.monotonic()
        threading.Thread(target=_copy_lines, args=(self.name, self.process.stdout), daemon=True).start()

    def tend(self) -> None:
        """Start the process again, some time after it ended by itself."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            kill_session(self.process)  # whatever it left behind
            self.pause = _FIRST_PAUSE if now - self.started_at > _STEADY_SECONDS else self.pause
            say(self.name, f"ended with code {self.process.returncode}; starts again in {self.pause:.0f} s")
            self.process, self.start_at = None, now + self.pause
            self.pause = min(self.pause * 2, _LONGEST_PAUSE)


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, wait, then kill what is left."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            stop(process, signal.SIGKILL)
        kill_session(process)


def say(name: str, text: str) -> None:
    """One whole line: several threads write here. A closed terminal must not keep anything from being stopped."""
    with suppress(OSError):
        sys.stdout.write(f"{name:<7}| {text}\n")
        sys.stdout.flush()


def _copy_lines(name: str, output: IO[bytes] | None) -> None:
    for line in output or []:
        say(name, line.decode(errors="replace").rstrip())
