"""The embedded Redis-compatible server (Valkey): its configuration and its lock on the data folder."""

import fcntl
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import redis

from tracker_portal.embedded.binaries import valkey_server
from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.process import Spawn
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.server import Server

_LOCK_SECONDS = 10


def valkey(folder: Path, *, durable: bool) -> tuple[Server, str]:
    """The server over the folder, not yet started, and its password. Without `durable` it writes nothing to disk."""
    program = str(valkey_server())
    password = kept_secret(folder / "password")
    lock = _lock(folder)

    def launch(port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        with tempfile.TemporaryFile() as configuration:  # on the command line everybody could read the password
            configuration.write(_configuration(folder, port, password, durable=durable).encode())
            configuration.seek(0)
            # The server keeps the lock too, so a new run waits for an old server that is still writing.
            spawn = Spawn(signal.SIGINT, stdin=configuration, output=log, keep_open=[lock.fileno()])
            return spawn.start([program, "-"])

    return Server("Valkey", folder / "valkey.log", launch, lambda port: _answers(port, password)), password


def _configuration(folder: Path, port: int, password: str, *, durable: bool) -> str:
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{folder}"',
            f"appendonly {'yes' if durable else 'no'}",
            'save ""',
        ]
    )


def _lock(folder: Path) -> IO[bytes]:
    """Valkey does not notice a second server on its files, PostgreSQL does."""
    file = (folder / "lock").open("wb")
    give_up_at = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up_at:
                raise EmbeddedError(f"Another Valkey server still uses {folder}.") from None
            time.sleep(0.1)
        else:
            return file


def _answers(port: int, password: str) -> bool:
    client = redis.Redis(host="127.0.0.1", port=port, password=password, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
