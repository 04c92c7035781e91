"""What `make run` executes: servers, migrations, demo data, then edge, web, worker and beat until Ctrl-C."""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection

from tracker_portal.embedded.binaries import caddy
from tracker_portal.embedded.edge import CADDYFILE, edge_environment, private_binds
from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.processes.children import Child, say, stop_all
from tracker_portal.embedded.processes.process import Spawn, die_with_parent, stop
from tracker_portal.embedded.secret import kept_secret
from tracker_portal.embedded.services import Services, services
from tracker_portal.embedded.workspace import ROOT, PortTakenError, Workspace, chosen_port, origin_of, var_folder


def main() -> int:
    """Exit code 0 after an orderly stop, 2 when PORT is taken, 1 when something else is in the way."""
    stopping = _catch_signals()
    workspace = Workspace(var_folder())
    try:
        with workspace.claimed(port := chosen_port()), services(workspace.folder, durable=True) as servers:
            workspace.announce(servers, origin_of(port))
            say("portal", f"data is in {workspace.folder}; preparing the database")
            _run(servers, _environment(workspace, servers, port), port, stopping)
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return 2
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    say("portal", "stopped")
    return 0


def _run(servers: Services, environment: dict[str, str], port: int, stopping: threading.Event) -> None:
    _prepare_database(environment | servers.owners_environment(), stopping)
    children = _children(environment, port)
    try:
        if not stopping.is_set():
            for child in children:
                child.start()
            _tend_until(stopping, servers, children, port)
    finally:
        say("portal", "stopping")
        stop_all(children[:1])  # the edge, so that what it has taken in is still answered
        stop_all(children[1:])


def _answers(port: int) -> bool:
    """Whether the edge passes on what the web server answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _tend_until(stopping: threading.Event, servers: Services, children: list[Child], port: int) -> None:
    is_ready = False
    while not stopping.wait(0.2):
        if not is_ready and _answers(port):
            is_ready = True
            say("portal", f"http://127.0.0.1:{port} (Ctrl-C stops everything)")
        for name in servers.revive():
            say("portal", f"{name} had ended by itself and was started again")
        for child in children:
            child.tend()


def _children(environment: Mapping[str, str], port: int) -> list[Child]:
    """SIGQUIT makes Caddy and gunicorn end at once, whatever they and their own children are doing.

    A Celery worker that gets it while it is just starting waits for ever; killed, its children end with their pipes.
    """
    schedule = str(var_folder() / "beat-schedule")
    binds = private_binds(var_folder() / "run")
    caddy_run = commands.edge(str(CADDYFILE))[1:]
    for_edge = edge_environment(port, binds, environment)
    return [
        Child("edge", caddy_run, for_edge, signal.SIGQUIT, program=[str(caddy())]),
        Child("web", commands.web(*binds), environment, signal.SIGQUIT),
        Child("worker", commands.worker(), environment, signal.SIGKILL),
        Child("beat", commands.beat(schedule), environment, signal.SIGTERM),
    ]


def _prepare_database(environment: Mapping[str, str], stopping: threading.Event) -> None:
    spawn = Spawn(signal.SIGTERM, environment=environment)
    process = spawn.start([sys.executable, "-m", "tracker_portal.embedded.prepare"])
    while process.poll() is None:
        if stopping.wait(0.05):
            stop(process, signal.SIGTERM, signal.SIGKILL, patience=5)
    if process.returncode and not stopping.is_set():
        raise EmbeddedError("The database could not be prepared; the reason stands above.")


def _environment(workspace: Workspace, servers: Services, port: int) -> dict[str, str]:
    """What the settings read; anything that the caller's environment already says stays, but the owner's address."""
    defaults = {
        "DEBUG": "true",
        "SECRET_KEY": kept_secret(workspace.folder / "secret.key"),
        "ORIGIN": origin_of(port),
        "TRUSTED_PROXY_COUNT": "1",  # the edge
        "EDGE_SENDS_FILES": "true",
        "MEDIA_ROOT": str(ROOT / "var/media"),
        "STATIC_ROOT": str(ROOT / "var/static"),
        "LOG_LEVEL": "WARNING",  # two lines for every job would push the address and the logins off the screen
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker",  # as root: containers often are
    }
    of_caller = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    return defaults | of_caller | servers.environment()


def _catch_signals() -> threading.Event:
    """The signals only leave a note: raising from a handler could cut an orderly stop short."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


if __name__ == "__main__":
    if os.environ.get("MAKELEVEL"):  # started by make, which waits: without make nobody could stop this
        die_with_parent(signal.SIGTERM, os.getppid())
    sys.exit(main())
