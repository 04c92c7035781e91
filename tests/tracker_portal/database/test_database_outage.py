"""Without its database every page is 503 and says when to come again; when it is back, nothing has to be restarted."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.tracker_portal.database.outage import Answer, Database, Web, web_server
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.services import services

pytestmark = pytest.mark.long
SECONDS = 2  # a statement of these tests' web server may take; 10 in production
PATIENCE = 15  # seconds within which the slowest answer comes
ReadPage = Callable[[Web], Answer]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Web]]:
    folder = Path(tmp_path_factory.mktemp("outage"))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
            patch.delenv(name, raising=False)
        with services(folder, durable=False) as found:
            password = next(folder.rglob("superuser.password")).read_text().strip()
            environment = os.environ | found.environment() | {"STATEMENT_SECONDS": str(SECONDS), "DEBUG": "true"}
            with web_server(environment, found.owners_environment(), folder / "web.log") as web:
                yield Database(found.servers[0], password), web


@pytest.fixture
def database(portal: tuple[Database, Web]) -> Database:
    return portal[0]


@pytest.fixture
def web(portal: tuple[Database, Web]) -> Web:
    """Its threads have asked the database before."""
    for _ in range(8):
        assert portal[1].get(portal[1].company, session=True).status == 200
    return portal[1]


def assert_away(web: Web) -> None:
    """Every kind of page, with a session and without one: as many at once as one process has threads."""
    asked = list(itertools.product((web.company, "/me/", "/login/", "/readyz"), (True, False)))
    with ThreadPoolExecutor(commands.WEB_THREADS) as visitors:
        answers = list(visitors.map(lambda each: web.get(each[0], session=each[1]), asked))
    for (path, session), answer in zip(asked, answers, strict=True):
        if answer.status in {200, 302} and not session and path != "/readyz":
            continue  # asks nothing of the database
        assert (path, session, answer.status) == (path, session, 503)
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.seconds < PATIENCE
    assert "Tracker cannot reach its data" in dict(zip(asked, answers, strict=True))[web.company, True].text


def assert_serves_what_needs_no_database(web: Web) -> None:
    for path in ("/healthz", "/static/css/base.css"):
        for session in (True, False):
            assert web.get(path, session=session).status == 200


def assert_is_back(web: Web) -> None:
    """The very next request of every thread works."""
    for _ in range(8):
        assert web.get(web.company, session=True).status == 200
    assert web.get("/readyz", session=True).status == 200


def test_server_that_is_stopped(web: Web, database: Database) -> None:
    with database.stopped():
        assert_away(web)
        assert_serves_what_needs_no_database(web)
    assert_is_back(web)


def test_server_that_hangs(web: Web, database: Database) -> None:
    with database.hanging():
        assert_away(web)
        assert_serves_what_needs_no_database(web)
    assert_is_back(web)


def test_server_that_restarts_between_two_requests(web: Web, database: Database) -> None:
    with database.stopped():
        pass
    assert_is_back(web)


def test_server_without_a_connection_to_spare(web: Web, database: Database) -> None:
    database.execute(
        "ALTER ROLE tracker CONNECTION LIMIT 0",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tracker'",
    )
    try:
        assert_away(web)
    finally:
        database.execute("ALTER ROLE tracker CONNECTION LIMIT -1")
    assert_is_back(web)


def test_statement_that_takes_too_long(web: Web, database: Database) -> None:
    with closing(database.connect()) as superuser:
        superuser.cursor().execute("LOCK TABLE users_user IN ACCESS EXCLUSIVE MODE")
        answer = web.get(web.company, session=True)
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "10")
        assert SECONDS <= answer.seconds < PATIENCE
    assert_is_back(web)


def test_server_that_takes_no_writes_any_more(web: Web, database: Database) -> None:
    """A standby, or a server whose disk is full: the login's page reads, its POST would write."""
    database.execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    try:
        for _ in range(8):
            answer = web.get(web.company, session=True)
            assert answer.status in {200, 503}
        assert web.post("/login/", login="somebody@example.com", password="wrong").status == 503
    finally:
        database.execute("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
    assert_is_back(web)
