"""A database that does not answer keeps nobody for longer than a statement may take.

PostgreSQL ends a statement that runs for too long (`statement_timeout`), the kernel a connection whose packets nobody
acknowledges (`tcp_user_timeout`). Neither helps when the server's process, or a proxy before it, accepts everything and
says nothing: libpq waits for ever. So we wait ourselves (psycopg2 calls that a wait callback), with an end.
"""

from __future__ import annotations

import select
import time
from functools import partial

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, connection, set_wait_callback

CONNECT_SECONDS = 3
GRACE = 2  # seconds that the server's own word about a long statement may come late


def options(statement_seconds: int) -> dict[str, str | int]:
    """libpq's parameters; 0 seconds are no limit. A server that takes no writes is refused: a standby, a full disk."""
    idle_seconds = 3 * statement_seconds  # between two statements of a transaction our own code works, or is gone
    limits = f"-c statement_timeout={statement_seconds}s -c idle_in_transaction_session_timeout={idle_seconds}s"
    return {
        "options": limits,
        "connect_timeout": CONNECT_SECONDS,
        "target_session_attrs": "read-write",
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "tcp_user_timeout": 15_000,  # milliseconds
    }


def install(statement_seconds: int) -> None:
    """From now on every wait of this process for a database ends; forked workers have it, too."""
    patience = statement_seconds + GRACE if statement_seconds else None
    set_wait_callback(partial(wait, patience=patience))


def wait(connection: connection, *, patience: float | None) -> None:
    """Waits until the server has answered; what is raised here closes the connection. Raises OperationalError."""
    if connection.status == STATUS_SETUP:
        patience = CONNECT_SECONDS
    give_up_at = None if patience is None else time.monotonic() + patience
    while (state := connection.poll()) != POLL_OK:
        readiness = select.poll()
        readiness.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        left = None if give_up_at is None else max(0, (give_up_at - time.monotonic()) * 1000)
        if not readiness.poll(left):
            raise psycopg2.OperationalError(f"the database has not answered for {patience} seconds")
