"""A request is one transaction: a view that raises leaves nothing, and nothing of one request reaches the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test import Client

from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.wall.urls import database_identity
from tests.factories import UserFactory, add_member, make_company

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, ROUNDS, CONNECTIONS = 100, 3, 16
Login = Callable[[Any], Client]


# --- all or nothing ---------------------------------------------------------------------------------------
def test_view_that_raises_leaves_nothing(
    login: Login, org: Organization, member: Membership, teams: Callable[[], int]
) -> None:
    with pytest.raises(ZeroDivisionError):
        login(member).post(f"/o/{org.slug}/test/failing/")
    assert teams() == 0


def test_control_the_same_view_commits_when_it_does_not_raise(
    login: Login, org: Organization, member: Membership, teams: Callable[[], int]
) -> None:
    assert login(member).post(f"/o/{org.slug}/test/product/").status_code == 200
    assert teams() == 1


def test_control_without_the_transaction_a_view_that_raises_leaves_its_rows(
    login: Login, org: Organization, member: Membership, teams: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.wall.middleware.company_scope", committing_scope)
    with pytest.raises(ZeroDivisionError):
        login(member).post(f"/o/{org.slug}/test/failing/")
    assert teams() == 1


@contextmanager
def committing_scope(org_id: int, *, read_only: bool) -> Iterator[None]:
    """The scope, without its rollback."""
    failure = None
    with company_scope(org_id):
        try:
            yield
        except ZeroDivisionError as error:
            failure = error
    if failure:
        raise failure


# --- nothing leaks into the next request on the connection ------------------------------------------------
@pytest.fixture
def asked(login: Login, org: Organization, member: Membership) -> Callable[[str, str], None]:
    """One request by the member, whatever it ends in."""
    client = login(member)

    def ask(method: str, door: str) -> None:
        with suppress(ZeroDivisionError, InternalError):
            getattr(client, method)(f"/o/{org.slug}/test/{door}/")

    return ask


@pytest.mark.parametrize(
    ("method", "door"),
    [("get", "identity"), ("post", "identity-write"), ("post", "failing"), ("get", "product"), ("post", "read")],
)
def test_request_gives_the_connection_back_as_it_was(method: str, door: str, asked: Callable[[str, str], None]) -> None:
    before = database_identity()
    assert (before["org"], before["read_only"]) == ("", "off")
    asked(method, door)
    assert database_identity() == before
    assert Department.objects.count() == 0
    assert not connection.in_atomic_block


def test_refused_writer_gives_the_connection_back_writable(login: Login, org: Organization, viewer: Membership) -> None:
    before = database_identity()
    assert login(viewer).post(f"/o/{org.slug}/test/product/").status_code == 403
    assert database_identity() == before


def test_control_a_scope_set_for_the_session_would_stay() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.org_id', '7', false)")
    try:
        assert database_identity()["org"] == "7"
    finally:
        connection.close()


def test_page_outside_a_company_sees_no_company(login: Login, member: Membership) -> None:
    client = login(member)
    client.get(f"/o/{member.org.slug}/test/identity/")
    answer = client.get("/test/person/").json()
    assert (answer["org"], answer["seen"]) == ("", [])


# --- a hundred threads over two companies -----------------------------------------------------------------
@contextmanager
def all_connections_closed() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()


def test_a_hundred_threads_over_two_companies_mix_up_nothing() -> None:
    """Each person belongs to both companies and goes to and fro between them on one connection."""
    orgs = [make_company("Northwind"), make_company("Southwind")]
    people = [UserFactory() for _ in range(5)]  # the seats that cost nothing
    for person in people:
        for org in orgs:
            add_member(org, user=person, level=Level.FULL)
    may_connect = BoundedSemaphore(CONNECTIONS)

    def visit(number: int) -> list[tuple[str, str, dict[str, Any]]]:
        with may_connect, all_connections_closed():
            client = Client()
            client.force_login(people[number % len(people)])
            answers = []
            for turn in range(ROUNDS * 2):
                org = orgs[(number + turn) % 2]
                path = f"/o/{org.slug}/test/identity"
                answer = client.post(f"{path}-write/") if turn % 3 else client.get(f"{path}/")
                answers.append((org.name, str(org.pk), answer.json()))
            return answers

    with ThreadPoolExecutor(THREADS) as pool:
        found = [answer for answers in pool.map(visit, range(THREADS)) for answer in answers]

    assert len(found) == THREADS * ROUNDS * 2
    wrong = [(name, key, seen) for name, key, seen in found if (seen["seen"], seen["org"]) != ([name], key)]
    assert wrong == []
    assert {seen["user"] for _, _, seen in found} == {"tracker_tenant"}


def test_control_one_scope_for_all_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    org, other = make_company("Northwind"), make_company("Southwind")
    member = add_member(other)
    monkeypatch.setattr("access.wall.middleware.company_scope", lambda *_, **__: company_scope(org.pk))
    client = Client()
    client.force_login(member.user)
    assert client.get(f"/o/{other.slug}/test/identity/").json()["seen"] == ["Northwind"]
