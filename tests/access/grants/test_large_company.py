"""A thousand people, fifty teams nested four deep: what a page, a preview and a saving ask of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from time import perf_counter

import pytest

from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.companies import fill, nest
from tests.access.grants.conftest import FETCH, Browser
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db
# Statements that each may take, however many people there are; a saving writes table after table.
MOST = {"page": 18, "preview": 12, "save": 24}


@pytest.fixture
def large(org: Organization, paying: Organization, admin: Membership, now: dt.datetime) -> Organization:
    people = fill(org, 998, now=now)
    nest(org, people, actor=admin, now=now)
    return org


def measure(act: Callable[[], object]) -> tuple[int, float]:
    """Statements and milliseconds."""
    with counted_queries() as found:
        started = perf_counter()
        act()
        spent = (perf_counter() - started) * 1000
    return len(found), spent


def measures(page: Browser, org: Organization) -> dict[str, tuple[int, float]]:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
    page.client.get(page.url(""))
    found = {"page": measure(lambda: page.client.get(page.url("")))}
    fields = {f"department:{root.public_id}:read_only": Level.FULL}
    found["preview"] = measure(lambda: page.client.post(page.url("levels/stage/"), fields, headers=FETCH))
    shown = page.shown()
    found["save"] = measure(lambda: page.save(shown))
    return found | active_measures(page, root)


def active_measures(page: Browser, root: Department) -> dict[str, tuple[int, float]]:
    """The same while a month is charged, and with something staged: everything is asked for that ever is."""
    fields = {f"department:{root.public_id}:full": Level.READ_ONLY}
    found = {"charged preview": measure(lambda: page.client.post(page.url("levels/stage/"), fields, headers=FETCH))}
    found["charged page"] = measure(lambda: page.client.get(page.url("")))
    shown = page.shown()
    found["charged save"] = measure(lambda: page.save(shown))
    return found


def too_many(found: dict[str, tuple[int, float]]) -> dict[str, int]:
    """Which of these took more statements than they may."""
    return {name: queries for name, (queries, _spent) in found.items() if queries > MOST[name.split()[-1]]}


def test_statements_are_few_however_many_people_there_are(
    large: Organization, page: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measures(page, large)
    large.refresh_from_db()
    assert large.full_seats == 0
    with capsys.disabled():
        print({name: f"{queries} statements, {spent:.0f} ms" for name, (queries, spent) in found.items()})
    assert too_many(found) == {}


def test_small_company_takes_as_many(org: Organization, paying: Organization, page: Browser) -> None:
    found = measures(page, org)
    assert too_many(found) == {}
