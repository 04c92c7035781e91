"""Our pages beside plain Django's with the same rows: how often each answers in a second. Run by `make bench`.

Both take turns, a second each, so whatever else the machine does falls on both; the ratio is the median of the turns.
"""

from __future__ import annotations

import os
import statistics
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client

from issues.issue.comment_models import HEADING, Comment
from issues.issue.models import ORDER, Issue
from issues.queues.models import Queue
from issues.text import markdown
from orgs.lists import paging
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.bench.companies import company, settle
from tests.bench.servers import PRODUCTION, Load, Server, Window, database_url, log_in_to_plain, manage, running
from tests.database import as_owner

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

ISSUES, PEOPLE, COMMENTED, COMMENTS = 100_000, 999, 800, 20  # with its owner a thousand people
TURNS, SECONDS, WARM_UP = 5, 1.0, 1.0
USER_LIST_CPU_MS, WEB_MEMORY_MB = 30, 120
# The least that is asked: how often ours answers for one answer of plain Django's.
LEAST = {
    "list": 1.0,
    "issue": 0.9,
    "filter": 0.7,
    "search": 0.5,
    "create": 0.4,
    "list, nothing warm": 0.85,
    "issue, nothing warm": 0.8,
}
PASSWORD = "of-the-measurement"
COMMENTS_OF_ISSUES = """
WITH made AS (
    INSERT INTO issues_comment (org_id, issue_id, author_id, text, created_at, version)
    SELECT org_id, id, author_id, 'The **gripper** of line ' || n || ' slips since `v' || id || '`:' || E'\\n\\n'
        || '- part ' || n || E' was replaced\\n- [the log](https://example.com/' || id || '/' || n || ')',
        created_at + n * interval '1 second', 1
    FROM (SELECT * FROM issues_issue WHERE org_id = %(org)s AND key LIKE 'AAA-%%' ORDER BY number LIMIT %(issues)s) issue,
        generate_series(1, %(comments)s) n
    RETURNING *)
INSERT INTO issues_change (org_id, issue_id, author_id, kind, at, version, fields, former_text, comment_id)
SELECT org_id, issue_id, author_id, 'IssueCommentAdded', created_at, 1, '[]', '', id FROM made
"""
COPY = """
INSERT INTO plain.auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
    date_joined)
SELECT m.id, %(password)s, false, u.email, u.first_name, u.last_name, u.email, false, true, now()
FROM orgs_membership m JOIN users_user u ON u.id = m.user_id WHERE m.org_id = %(org)s;
INSERT INTO plain.plain_queue (id, key, name, last_number)
SELECT id, key, name, last_number FROM issues_queue WHERE org_id = %(org)s;
INSERT INTO plain.plain_issue (id, queue_id, key, type, summary, description, status, status_rank, priority, author_id,
    assignee_id, tags, created_at, updated_at)
SELECT id, queue_id, key, type, summary, description, status, status_rank, priority, author_id, assignee_id, tags,
    created_at, updated_at FROM issues_issue WHERE org_id = %(org)s;
INSERT INTO plain.plain_comment (id, issue_id, author_id, text, created_at)
SELECT id, issue_id, author_id, text, created_at FROM issues_comment WHERE org_id = %(org)s;
SELECT setval('plain.plain_issue_id_seq', (SELECT max(id) FROM plain.plain_issue))
"""
LET_COPY = """
GRANT USAGE ON SCHEMA plain TO tracker_tenant;
GRANT ALL ON ALL TABLES IN SCHEMA plain TO tracker_tenant;
GRANT ALL ON ALL SEQUENCES IN SCHEMA plain TO tracker_tenant
"""
SETTLE = "VACUUM (ANALYZE) plain.auth_user, plain.plain_queue, plain.plain_issue, plain.plain_comment"


@dataclass
class Pair:
    """The same act of both sides, each request sent again and again."""

    ours: list[bytes]
    plain: list[bytes]


@dataclass
class Sides:
    member: Membership
    ours: Server
    plain: Server
    ratios: dict[str, float] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"/o/{self.member.org.slug}/"

    def measure(self, name: str, pair: Pair, show: Callable[[str], None], warm_up: Pair | None = None) -> None:
        """Turns of both; what was asked is asked again only when nothing new is left."""
        for load in self._loads(warm_up or pair):
            load.window(WARM_UP)
        loads = self._loads(pair)
        turns = [[load.window(SECONDS) for load in loads] for _ in range(TURNS)]
        ratio = self.ratios[name] = statistics.median(ours.rate / plain.rate for ours, plain in turns)
        ours, plain = (
            Window(
                sum(each.answers for each in side), sum(each.seconds for each in side), sum(each.cpu for each in side)
            )
            for side in zip(*turns, strict=True)
        )
        show(
            f"{name:20} {ours.rate:8.0f} {plain.rate:8.0f} {ratio:7.2f} {LEAST[name]:7.2f}"
            f" {ours.milliseconds:9.1f} {plain.milliseconds:9.1f}"
        )

    def _loads(self, pair: Pair) -> tuple[Load, Load]:
        return Load.again_and_again(self.ours, pair.ours), Load.again_and_again(self.plain, pair.plain)


@pytest.fixture
def sides(tmp_path: Path, settings: object) -> Iterator[Sides]:
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    member = company("Compared", ISSUES, people=PEOPLE)
    with company_scope(member.org_id), connection.cursor() as cursor:
        cursor.execute(COMMENTS_OF_ISSUES, {"org": member.org_id, "issues": COMMENTED, "comments": COMMENTS})
        keep_html(member.org_id)
    settle()
    around = os.environ | {"DATABASE_URL": database_url()}
    ours = Server("tracker_portal.wsgi", around | PRODUCTION | {"STATIC_ROOT": str(tmp_path / "static")}, tmp_path)
    ours.environment["DJANGO_SETTINGS_MODULE"] = "tracker_portal.settings"
    plain = Server(
        "tests.bench.plain.wsgi", around | {"DJANGO_SETTINGS_MODULE": "tests.bench.plain.settings"}, tmp_path
    )
    manage(ours.environment, "collectstatic", "--no-input")
    make_plain(plain, member)
    client = Client()
    client.force_login(member.user)
    ours.session = client.cookies["sessionid"].value
    with running(ours, plain):
        plain.session = log_in_to_plain(plain, member.user.email, PASSWORD)
        yield Sides(member, ours, plain)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA plain CASCADE")


def keep_html(org_id: int) -> None:
    """What the verbs store beside each text."""
    comments = list(Comment.objects.filter(org=org_id).only("text"))
    for comment in comments:
        comment.text_html = markdown.keep(comment.text, heading=HEADING)
    Comment.objects.bulk_update(comments, ["text_html"], batch_size=2_000)
    issues = list(Issue.objects.of(org_id).filter(key__startswith="AAA-", number__lte=COMMENTED).only("description"))
    for issue in issues:
        issue.description_html = markdown.keep(issue.description)
    Issue.objects.bulk_update(issues, ["description_html"], batch_size=2_000)


def make_plain(plain: Server, member: Membership) -> None:
    """The tables of plain Django in a schema of their own, with copies of the company's rows."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA plain; GRANT ALL ON SCHEMA plain TO tracker WITH GRANT OPTION")
    manage(plain.environment, "migrate", "--run-syncdb")
    values = {"org": member.org_id, "password": PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1_000)}
    with connection.cursor() as cursor:
        cursor.execute(LET_COPY)
        with company_scope(member.org_id):
            cursor.execute(COPY, values)
        cursor.execute(SETTLE)


def issues_of_pages(member: Membership, count: int) -> list[dict[str, object]]:
    """The issues at which further pages of the list begin, another one for each."""
    with company_scope(member.org_id):
        rows = Issue.objects.of(member.org_id).unresolved().order_by(*ORDER).values("pk", "status_rank", "updated_at")
        return list(rows[: count * paging.SIZE : paging.SIZE])


def cursor_of(row: dict[str, object]) -> str:
    return paging.encode([row["status_rank"], row["updated_at"].isoformat(), row["pk"]])


def instant(row: dict[str, object]) -> str:
    return row["updated_at"].isoformat().replace("+", "%2B")


def test_pages_answer_as_often_as_plain_django(sides: Sides, capsys: pytest.CaptureFixture[str]) -> None:
    def show(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    ours, plain, root = sides.ours, sides.plain, sides.root
    show(f"\n{'answers a second':20} {'ours':>8} {'plain':>8} {'ratio':>7} {'least':>7} {'CPU ms':>9} {'plain':>9}")

    def both(our_paths: list[str], plain_paths: list[str]) -> Pair:
        return Pair([ours.request(root + path) for path in our_paths], [plain.request(path) for path in plain_paths])

    rows = issues_of_pages(sides.member, 750)
    keys = [f"AAA-{number}" for number in range(3, COMMENTED)]
    further = both(
        [f"issues/?after={cursor_of(row)}" for row in rows],
        [f"/issues/?rank={row['status_rank']}&before={instant(row)}" for row in rows],
    )
    commented = both([f"issues/{key}/" for key in keys], [f"/issues/{key}/" for key in keys])
    started = both(["issues/", "issues/AAA-2/"], ["/issues/", "/issues/AAA-2/"])  # templates are read, rows are not
    sides.measure("list, nothing warm", further, show, started)
    sides.measure("issue, nothing warm", commented, show, started)
    sides.measure("list", both(["issues/"], ["/issues/"]), show)
    sides.measure("issue", both(["issues/AAA-5/"], ["/issues/AAA-5/"]), show)
    with company_scope(sides.member.org_id):
        person = Issue.objects.get(org=sides.member.org_id, key="AAA-5").assignee or sides.member
        queue = Queue.objects.get(org=sides.member.org_id, key="AAA")
    sides.measure("filter", both([f"issues/?assignee={person.user.email}"], [f"/issues/?assignee={person.pk}"]), show)
    sides.measure("search", both(["issues/?q=calibration"], ["/issues/?q=calibration"]), show)
    sides.measure("create", forms_that_create(sides, queue), show)
    milliseconds, memory = cost_of_user_list(sides), sides.ours.memory()
    show(f"All users: {milliseconds:.1f} ms of CPU, {USER_LIST_CPU_MS} at most")
    show(f"one web process: {memory:.0f} MB (RSS), {WEB_MEMORY_MB} at most")
    assert [name for name, ratio in sides.ratios.items() if ratio < LEAST[name]] == []
    assert milliseconds <= USER_LIST_CPU_MS
    assert memory <= WEB_MEMORY_MB


def forms_that_create(sides: Sides, queue: Queue) -> Pair:
    """Each of ours has a token of its own: a form creates one issue."""
    fields = {"summary": "Gripper", "description": "It slips.", "type": "bug", "priority": "minor", "tags": "line-1"}
    path = f"{sides.root}issues/new/"
    return Pair(
        [sides.ours.request(path, fields | {"queue": "AAA", "token": str(uuid.uuid4())}) for _ in range(5_000)],
        [sides.plain.request("/issues/new/", fields | {"queue": str(queue.pk)})],
    )


def cost_of_user_list(sides: Sides, times: int = 100) -> float:
    """Milliseconds of CPU, the web server's, for one page of an owner."""
    owner = sides.member.org.memberships.select_related("user").get(role="owner")
    client = Client()
    client.force_login(owner.user)
    sides.ours.session = client.cookies["sessionid"].value
    request = sides.ours.request(f"{sides.root}access/")
    for _ in range(10):
        sides.ours.ask(request)
    before = sides.ours.cpu_seconds()
    for _ in range(times):
        sides.ours.ask(request)
    return (sides.ours.cpu_seconds() - before) / times * 1000
