"""What pages cost at 1,000 and at 100,000 issues, in one company among others. Run by `make bench`.

Requests of both sizes alternate, so whatever else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import pytest
from django.test import Client

from issues.issue.models import ORDER, Issue
from orgs.lists import paging
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.bench.companies import company, settle
from tests.tracker_portal.queries import counted_queries

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SMALL, LARGE, NEIGHBOURS = 1_000, 100_000, 5
ROUNDS, RATIO = 20, 1.5
PAGES = {
    "list": "issues/",
    "list, all": "issues/?tab=all",
    "list, deep": "issues/?tab=all&after={deep}",
    "list, one queue": "issues/?queue=BBB",
    "list, mine": "issues/?tab=mine",
    "list, following": "issues/?tab=following",
    "list, by status": "issues/?status=open",
    "list, by assignee": "issues/?assignee=example",
    "list, by tag": "issues/?tag=line-7",
    "search, every third": "issues/?q=gripper",
    "search, fifty issues": "issues/?q=calibra",
    "search, two words": "issues/?q=gripper+calibration",
    "search, nothing": "issues/?q=zebra",
    "issue page": "issues/AAA-5/",
    "issue, form": "issues/new/",
    "queues": "queues/",
    "people": "people/",
    "company": "",
    "Tracker's settings": "tracker/settings/",
}
# Not compared in time: pages beside the issues.
NOT_COMPARED = {"queues", "people", "company", "Tracker's settings", "issue, form"}


@dataclass
class Cost:
    queries: set[int] = field(default_factory=set)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]


@dataclass
class Site:
    """One company seen by one of its members."""

    member: Membership
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.member.user)
        self.deep = self._middle()

    def _middle(self) -> str:
        """The cursor in the middle of all issues."""
        with company_scope(self.member.org_id):
            issues = Issue.objects.of(self.member.org_id).order_by(*ORDER)
            row = issues[issues.count() // 2]
        return paging.encode([row.status_rank, row.updated_at.isoformat(), row.pk])

    def get(self, path: str) -> None:
        answer = self.client.get(f"/o/{self.member.org.slug}/{path.format(deep=self.deep)}")
        assert answer.status_code == 200, path

    def create(self) -> None:
        fields = {"queue": "AAA", "summary": "Gripper", "description": "It slips.", "type": "bug", "priority": "minor"}
        answer = self.client.post(f"/o/{self.member.org.slug}/issues/new/", fields | {"token": uuid.uuid4()})
        assert answer.status_code == 302


def measure(acts: list[Callable[[], None]], rounds: int = ROUNDS) -> list[Cost]:
    """The cost of each act; they take turns."""
    costs = [Cost() for _ in acts]
    for act in acts:
        act()
    for act, cost in zip(acts, costs, strict=True):
        with counted_queries() as queries:
            act()
        cost.queries.add(len(queries))
    for _ in range(rounds):
        for act, cost in zip(acts, costs, strict=True):
            started = perf_counter()
            act()
            cost.milliseconds.append((perf_counter() - started) * 1000)
    return costs


Print = Callable[[str], None]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Print:
    def print_now(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    return print_now


def test_pages_cost_the_same_in_a_large_company(show: Print) -> None:
    for n in range(NEIGHBOURS):
        company(f"Neighbour {n}", SMALL)
    small, large = Site(company("Small", SMALL)), Site(company("Large", LARGE))
    settle()
    show(f"\n{'page':24} queries {'1k ms':>8} {'p95':>7} {'100k ms':>8} {'p95':>7} {'ratio':>6}")
    acts = {name: [lambda s=site, p=path: s.get(p) for site in (small, large)] for name, path in PAGES.items()}
    acts["create an issue"] = [small.create, large.create]
    failed = []
    for name, pair in acts.items():
        few, many = measure(pair)
        ratio = many.median / few.median
        queries = "/".join(str(count) for count in sorted(few.queries | many.queries))
        show(f"{name:24} {queries:>7} {few.median:8.1f} {few.p95:7.1f} {many.median:8.1f} {many.p95:7.1f} {ratio:6.2f}")
        if few.queries != many.queries or (name not in NOT_COMPARED and ratio > RATIO):
            failed.append(name)
    assert failed == []


def test_wall_costs_little(settings: object, show: Print) -> None:
    """The same page that does nothing, of a company and of none: the wall finds the company and opens its scope."""
    settings.ROOT_URLCONF = "tests.access.wall.urls"
    site = Site(company("Small", 10))
    slug = site.member.org.slug
    outside, inside = measure(
        [lambda: ask(site.client, "/test/person/"), lambda: ask(site.client, f"/o/{slug}/test/identity/")], 200
    )
    show(f"\n{'':24} queries {'ms':>8} {'p95':>7}")
    for name, cost in (("page without the wall", outside), ("page behind the wall", inside)):
        show(f"{name:24} {min(cost.queries):>7} {cost.median:8.2f} {cost.p95:7.2f}")
    show(f"{'the wall':24} {min(inside.queries) - min(outside.queries):>7} {inside.median - outside.median:8.2f}")
    assert min(inside.queries) - min(outside.queries) <= 2


def ask(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
