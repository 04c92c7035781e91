"""On four processes, with twenty comments a second, no write succeeds after the administrator's answer.

Everything goes over HTTP: the member's comments, and the acts of the administrator that take the right away.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from orgs.people.models import Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import own_environment
from tests.factories import add_member, make_company, make_team
from tests.guards.rows import make_row
from tests.orgs.mail.processes import Portal, wait_until
from tracker_portal.embedded.processes.ports import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

PROCESSES, THREADS = 4, 4
WRITERS, PAUSE = 6, 0.15  # with what a comment takes, about twenty a second
CSRF = "c" * 32


class Browser:
    """One person's requests to a server; a connection for each, so that any process may take it."""

    def __init__(self, member: Membership, port: int) -> None:
        client = Client()
        client.force_login(member.user)
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.root, self.port = f"/o/{member.org.slug}/", port

    def get(self, path: str) -> str:
        status, _process, html = self.ask("GET", path)
        assert status == 200
        return html

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """The status, and the process that answered."""
        return self.ask("POST", path, urlencode({"csrfmiddlewaretoken": CSRF, **fields}))[:2]

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, self.root + path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.headers["X-Process"], answer.read().decode()
        connection.close()
        return found


def save_level(admin: Browser, kind: str, public_id: str) -> int:
    """Read only, staged and saved as the list does it; the status of the answer to `Save changes`."""
    admin.post("access/levels/stage/", **{f"{kind}:{public_id}:full": "read_only"})
    shown = dict(re.findall(r'name="(token|shown)" value="([^"]+)"', admin.get("access/levels/")))
    return admin.post("access/levels/save/", **shown)[0]


def revoke(admin: Browser, member: Membership, team: Team) -> int:
    return save_level(admin, "member", member.public_id)


def block(admin: Browser, member: Membership, team: Team) -> int:
    return admin.post(f"access/users/{member.public_id}/block/")[0]


def take_out_of_the_team(admin: Browser, member: Membership, team: Team) -> int:
    return admin.post(f"access/teams/{team.public_id}/people/{member.public_id}/remove/")[0]


def lower_the_team(admin: Browser, member: Membership, team: Team) -> int:
    return save_level(admin, "team", team.public_id)


Act = Callable[[Browser, Membership, Team], int]


@pytest.fixture
def company(transactional_db: None) -> Organization:
    """Somebody has Full access in it all the time, so it stays active; it has the issue ROB-1."""
    org = make_company()
    add_member(org, level=Level.FULL)
    with company_scope(org.pk):
        make_row(Issue, org, key="ROB-1")
    return org


@contextmanager
def server(folder: Path, **environment: str) -> Iterator[int]:
    """Four processes of the product over the tests' database; their port, when they answer."""
    port = free_port()
    portal = Portal(folder, own_environment() | {"ORIGIN": f"http://127.0.0.1:{port}", **environment})
    # Loaded before they are forked: four times to read all of the code takes longer than what is asked here.
    options = f"--preload --workers {PROCESSES} --threads {THREADS} --worker-class gthread --bind 127.0.0.1:{port}"
    try:
        running = portal.run("gunicorn", "tests.access.races.slow_wsgi", *options.split(), "--no-control-socket")
        wait_until(lambda: running.says("Listening at"))
        wait_until(lambda: len(running.children()) == PROCESSES)
        yield port
    finally:
        portal.kill_everything()


@pytest.fixture(scope="module")
def port(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with server(tmp_path_factory.mktemp("locked")) as port:
        yield port


@pytest.fixture(scope="module")
def port_without_locks(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with server(tmp_path_factory.mktemp("control"), WITHOUT_LOCKS="yes") as port:
        yield port


def comments(org: Organization) -> int:
    with platform_scope():
        return Comment.objects.filter(org=org).count()


@contextmanager
def commenting(writer: Browser) -> Iterator[list[tuple[int, str]]]:
    """Comments of one person until the block ends; the list gathers statuses and processes."""
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(PAUSE):
            answers.append(writer.post("issues/ROB-1/comments/", text="Still here.", token=str(uuid.uuid4())))

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write_on) for _ in range(WRITERS)]
        try:
            yield answers
        finally:
            stop.set()
        assert [future.result() for future in running] == [None] * WRITERS


def write_through(act: Act, org: Organization, port: int) -> tuple[int, int, list[int]]:
    """Comments at the administrator's answer, comments in the end, and the statuses of what was begun after it."""
    through_team = act in (take_out_of_the_team, lower_the_team)
    member = add_member(org, level=Level.READ_ONLY if through_team else Level.FULL)
    team = make_team(org, member, level=Level.FULL) if through_team else make_team(org)
    admin = Browser(org.memberships.get(role="owner"), port)
    with commenting(Browser(member, port)) as answers:
        wait_until(lambda: len({process for _status, process in answers}) == PROCESSES)
        began, so_far = time.monotonic(), len(answers)
        wait_until(lambda: len(answers) >= so_far + 4 * WRITERS)
        asked = time.monotonic()
        assert act(admin, member, team) == 302
        count, answered = comments(org), len(answers)
        print(
            f"{4 * WRITERS / (asked - began):.0f} comments a second; the administrator waited {time.monotonic() - asked:.2f} s"
        )
        wait_until(lambda: len(answers) >= answered + 4 * WRITERS)
    assert {status for status, _process in answers[:answered]} >= {302}
    return count, comments(org), [status for status, _process in answers[answered + WRITERS :]]


@pytest.mark.parametrize("act", [revoke, block, take_out_of_the_team, lower_the_team])
def test_no_comment_is_committed_after_the_administrators_answer(act: Act, company: Organization, port: int) -> None:
    at_the_answer, in_the_end, statuses = write_through(act, company, port)
    assert at_the_answer > PROCESSES
    assert in_the_end == at_the_answer
    assert set(statuses) == {403}


@pytest.mark.parametrize("act", [revoke, lower_the_team])
def test_control_without_the_locks_comments_come_after_the_administrators_answer(
    act: Act, company: Organization, port_without_locks: int
) -> None:
    at_the_answer, in_the_end, _statuses = write_through(act, company, port_without_locks)
    assert in_the_end > at_the_answer
