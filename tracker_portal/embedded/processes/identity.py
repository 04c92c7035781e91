"""As whom PostgreSQL runs. It refuses to be root, and containers are often root."""

import functools
import hashlib
import os
import shutil
import signal
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker_portal.embedded.binaries import postgres_programs
from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.process import Spawn, can_hide_root

_NOBODY = 65534
_NOBODY_HOME = Path("/var/tmp")  # noqa: S108 (every user may go through it, and it survives a reboot)


@dataclass(frozen=True)
class Identity:
    """As oneself; as root hidden in a user namespace; or as nobody, with programs and data within reach of nobody."""

    folder: Path
    programs: Path
    hide_root: bool = False
    user: int | None = None

    @classmethod
    def here(cls, folder: Path) -> "Identity":
        """The way that works on this machine, for a cluster in the folder."""
        programs = postgres_programs()
        if os.geteuid() != 0:
            return cls(folder, programs)
        if _can_hide_root():
            return cls(folder, programs, hide_root=True)
        home = folder if _is_reachable(folder) else _home_elsewhere(folder)
        return cls(home, programs if _is_reachable(programs) else _copied(programs, home), user=_NOBODY)

    def spawn(self, output: IO[bytes]) -> Spawn:
        """SIGINT makes PostgreSQL end all sessions and stop in order."""
        cwd = self.folder if self.user is None else Path("/")
        return Spawn(signal.SIGINT, hide_root=self.hide_root, user=self.user, cwd=cwd, output=output)

    def own(self, folder: Path) -> None:
        """Give the folder and its files to the user that will run PostgreSQL."""
        if self.user is not None:
            for path in [folder, *folder.iterdir()]:
                os.chown(path, self.user, self.user)


@functools.cache
def _can_hide_root() -> bool:
    return can_hide_root()


def _is_reachable(path: Path) -> bool:
    """Whether every user may go through all the folders above."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def _home_elsewhere(folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    home = _NOBODY_HOME / f"tracker-portal-{name}"
    home.mkdir(mode=0o755, exist_ok=True)
    if home.stat().st_uid not in (os.geteuid(), _NOBODY):
        raise EmbeddedError(f"{home} belongs to another user; remove it.")
    return home


def _copied(programs: Path, home: Path) -> Path:
    """The whole installation, where nobody can reach it."""
    copy = home / "programs"
    if not copy.exists():
        half = home / "programs.new"
        shutil.rmtree(half, ignore_errors=True)
        package = programs.parents[1]
        shutil.copytree(package, half / package.name)
        libraries = package.with_name(f"{package.name}.libs")  # the loader looks for them beside the package
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        half.rename(copy)
    return copy / programs.relative_to(programs.parents[2])
