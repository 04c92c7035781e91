"""Starting and stopping child processes so that none outlives its parent, however the parent ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_INSIDE_ID = 1000  # the user inside the namespace: any number but 0


@dataclass(frozen=True)
class Spawn:
    """How a child runs, besides its command. Children are tied to the thread that starts them: use the main thread."""

    death_signal: signal.Signals  # what the child gets when this process is gone
    hide_root: bool = False  # run in a user namespace where root is an ordinary user
    user: int | None = None
    cwd: Path | None = None
    environment: Mapping[str, str] | None = None
    stdin: int | IO[bytes] = subprocess.DEVNULL
    output: int | IO[bytes] | None = None
    keep_open: Sequence[int] = field(default=())

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start the command in a session of its own: the terminal's Ctrl-C reaches only the supervisor."""
        return subprocess.Popen(  # noqa: S603 (our own command lines)
            command,
            stdin=self.stdin,
            stdout=self.output,
            stderr=subprocess.STDOUT if self.output is not None else None,
            cwd=self.cwd,
            env=self.environment,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user is not None else None,
            pass_fds=tuple(self.keep_open),
            preexec_fn=self._before_exec(os.getpid()),  # noqa: PLW1509 (it takes no lock)
        )

    def _before_exec(self, parent: int) -> Callable[[], None]:
        def before_exec() -> None:
            os.setsid()
            if self.hide_root:
                hide_root()
            die_with_parent(self.death_signal, parent)

        return before_exec


def die_with_parent(death_signal: signal.Signals, parent: int) -> None:
    """Have the kernel send the signal when the parent is gone (Linux only)."""
    if sys.platform != "linux":
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != parent:  # it died before the line above
        os.kill(os.getpid(), death_signal)


def hide_root() -> None:
    """Enter a user namespace in which root is an ordinary user; raises OSError where the kernel forbids it."""
    user, group = os.geteuid(), os.getegid()
    if _LIBC.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INSIDE_ID} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{_INSIDE_ID} {group} 1")


def can_hide_root() -> bool:
    """Whether `hide_root` works here, tried in a child."""
    child = os.fork()
    if child == 0:
        try:
            hide_root()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 30) -> None:
    """Send the signals one by one, each when the patience with the former is gone; returns when it has ended."""
    for number in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait(patience)


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left in the session of a child that has ended."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
