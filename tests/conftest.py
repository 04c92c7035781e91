"""The cast: a subscribed company (ACTIVE) and the people around it. Reading `outsider` in a test tells the story."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from billing.pricing import price_lists
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from tests.database import emptied_by_owner
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tracker_portal.database import owner as database_owner
from users.accounts.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # browser tests look into the database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests before short ones: one that begins last keeps a single worker busy while the others idle.

    Those that empty all tables stay after those that undo what they did, as pytest-django has put them.
    """
    runs = itertools.groupby(items, key=empties_tables)
    items[:] = [item for _, run in runs for item in sorted(run, key=is_short)]


def empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return is_marked or "transactional_db" in getattr(item, "fixturenames", ())


def is_short(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The owner makes, migrates and drops the database of the tests."""
    with database_owner.connected_as_owner():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The tests themselves run as web, worker and beat do."""
    with database_owner.connected_with(settings.DATABASES["default"]), emptied_by_owner():
        yield


@pytest.fixture(autouse=True)
def fast_passwords(settings: object) -> None:
    """Hashing a password as in production costs 0.2 s; no test is about that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def origin_of_the_live_server(request: pytest.FixtureRequest, settings: object) -> None:
    """Where a browser asks the live server, that is the one origin; everywhere else it is the test client's."""
    if "live_server" in request.fixturenames:
        settings.ORIGIN = request.getfixturevalue("live_server").url


@pytest.fixture(autouse=True)
def quick_answers(settings: object) -> None:
    """Answers at the doors of outsiders wait for their time; no test but theirs is about that."""
    settings.EVEN_ANSWERS = False


@pytest.fixture(autouse=True)
def first_price_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """No operator has prepared a list, and it is known: whether a page asks for them is nothing that time decides.

    A test that writes one down calls `prices.lists.forget()`.
    """
    monkeypatch.setattr(price_lists.lists, "rows", [])
    monkeypatch.setattr(price_lists.lists, "read_at", float("inf"))


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def org(db: None) -> Organization:
    """Its trial is over, `member` holds its one full seat: Tracker is ACTIVE, for free."""
    return make_company()


@pytest.fixture
def owner(org: Organization) -> Membership:
    """Owns the company, with Read only access: nobody has a grant until one is made."""
    return org.memberships.get(role=Role.OWNER)


@pytest.fixture
def admin(org: Organization) -> Membership:
    return make_administrator(org)


@pytest.fixture
def member(org: Organization) -> Membership:
    """An employee with Full access."""
    member = add_member(org, level=Level.FULL)
    org.refresh_from_db()
    return member


@pytest.fixture
def viewer(org: Organization, member: Membership) -> Membership:
    """An employee with Read only access in a company where others may write."""
    return add_member(org)


@pytest.fixture
def outsider(db: None) -> Membership:
    """Owns another company."""
    other = make_company("Southwind Foods")
    return other.memberships.get(role=Role.OWNER)


@pytest.fixture
def login(db: None) -> Callable[[Membership | User], Client]:
    """A client logged in as a person."""

    def log_in(who: Membership | User) -> Client:
        client = Client()
        client.force_login(who.user if isinstance(who, Membership) else who)
        return client

    return log_in


@pytest.fixture
def stranger(db: None) -> User:
    """Has an account and no company."""
    return UserFactory()
