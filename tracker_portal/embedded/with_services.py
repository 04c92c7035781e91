"""`python -m … [--dev] ARGUMENTS`: run `python ARGUMENTS` beside servers, and end with its exit code.

Without `--dev` the servers are throw-away ones. With it they are those of the running portal, or, when it does not run,
servers over its data.
"""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.process import Spawn, stop
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.services import Services, services, throw_away_services
from tracker_portal.embedded.workspace import Workspace, chosen_port, origin_of, var_folder

_WORKSPACE = Workspace(var_folder())


def main(arguments: Sequence[str]) -> int:
    is_dev = arguments[:1] == ["--dev"]
    command = arguments[1:] if is_dev else arguments
    try:
        with _of_workspace() if is_dev else _throw_away() as (servers, defaults):
            return _run(command, defaults | os.environ | servers.owners_environment())
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    process = Spawn(signal.SIGTERM, environment=environment).start([sys.executable, *command])
    try:
        return process.wait()
    finally:  # before the servers: it may still be talking to them
        stop(process, signal.SIGTERM, signal.SIGKILL, patience=10)


@contextmanager
def _throw_away() -> Iterator[tuple[Services, dict[str, str]]]:
    with throw_away_services() as servers:
        yield servers, {}


@contextmanager
def _of_workspace() -> Iterator[tuple[Services, dict[str, str]]]:
    defaults = {"DEBUG": "true", "SECRET_KEY": kept_secret(_WORKSPACE.folder / "secret.key")}
    if running := _WORKSPACE.running():
        servers, origin = running
        yield servers, defaults | {"ORIGIN": origin}
        return
    defaults["ORIGIN"] = origin_of(chosen_port())
    with _WORKSPACE.claimed(), services(_WORKSPACE.folder, durable=True) as servers:
        yield servers, defaults


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # let the servers be stopped in order
    sys.exit(main(sys.argv[1:]))
