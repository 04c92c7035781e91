"""The seat journal: what is written, what nobody can change, and that it outlives Tracker's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.seats import seat_journal
from billing.seats.models import SeatInterval
from orgs.lifecycle import data_deletion, tracker_content
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import write_journal
from tests.database import run_as_owner
from tests.factories import add_member, make_company
from tests.orgs.lifecycle.companies import due_company, rows_left
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
Row = tuple[int, dt.datetime, dt.datetime | None, str]

denied = pytest.raises(ProgrammingError, match="permission denied")
append_only = pytest.raises(DatabaseError, match="append-only")


@pytest.fixture
def seated(org: Organization, owner: Membership, admin: Membership) -> Organization:
    """The company, whose journal holds one entry that has ended and one that is open."""
    with company_scope(org.pk):
        write_journal(org, holders={owner.pk: "person", admin.pk: "team:abc"}, now=START)
        write_journal(org, holders={owner.pk: "person"}, now=START + 40 * MINUTE)
    return org


def rows(org: Organization) -> list[Row]:
    with company_scope(org.pk):
        found = SeatInterval.objects.filter(org=org).order_by("started_at", "pk")
        return list(found.values_list("member", "started_at", "ended_at", "because"))


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


# --- what is written --------------------------------------------------------------------------------------
def test_opens_and_closes(seated: Organization, owner: Membership, admin: Membership) -> None:
    assert rows(seated) == [
        (owner.pk, START, None, "person"),
        (admin.pk, START, START + 40 * MINUTE, "team:abc"),
    ]


def test_source_that_changes_does_not_break_the_interval(seated: Organization, owner: Membership) -> None:
    before = rows(seated)
    with company_scope(seated.pk):
        write_journal(seated, holders={owner.pk: "department:xyz"}, now=START + 50 * MINUTE)
    assert rows(seated) == before


def test_opened_and_closed_at_one_instant_is_kept(org: Organization, owner: Membership) -> None:
    with company_scope(org.pk):
        for holders in ({owner.pk: "person"}, {}, {owner.pk: "team:abc"}, {}, {owner.pk: "person"}):
            write_journal(org, holders=holders, now=START)
    assert rows(org) == [
        (owner.pk, START, START, "person"),
        (owner.pk, START, START, "team:abc"),
        (owner.pk, START, None, "person"),
    ]


def test_clock_behind_the_last_entry_overlaps_nothing(seated: Organization, admin: Membership) -> None:
    """Another process's clock is five minutes late: it closes the owner's and opens the administrator's again."""
    last = START + 40 * MINUTE
    with company_scope(seated.pk):
        write_journal(seated, holders={admin.pk: "person"}, now=last - 5 * MINUTE)
    assert [row[1:3] for row in rows(seated)] == [(START, last), (START, last), (last, None)]


def test_other_companies_journal_is_left_alone(seated: Organization, outsider: Membership) -> None:
    other, before = outsider.org, rows(seated)
    with company_scope(other.pk):
        write_journal(other, holders={outsider.pk: "person"}, now=START)
        write_journal(other, holders={}, now=START + MINUTE)
    assert rows(seated) == before
    assert len(rows(other)) == 1


@pytest.mark.parametrize("people", [1, 12])
def test_takes_four_statements_whatever_the_number(org: Organization, people: int) -> None:
    members = [add_member(org) for _ in range(2 * people)]
    first, second = members[:people], members[people:]
    with company_scope(org.pk):
        write_journal(org, holders={member.pk: "person" for member in first}, now=START)
        with counted_queries() as found:
            write_journal(org, holders={member.pk: "person" for member in second}, now=START + MINUTE)
    assert len(found) == 4


@given(
    steps=st.lists(
        st.tuples(st.sets(st.integers(0, 3)), st.sampled_from([-40, -1, 0, 0, 1, 29, 30, 31])), min_size=1, max_size=12
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_histories_are_those_of_the_model(org: Organization, steps: list[tuple[set[int], int]]) -> None:
    """Any acts, with a clock that goes backwards, too: the journal holds whom the model holds, and its time never turns."""
    with transaction.atomic():
        people = [add_member(org) for _ in range(4)]
        clock, latest = START, START - 999 * MINUTE
        kept: list[list[object]] = []
        for holding, minutes in steps:
            clock += minutes * MINUTE
            holders = {people[number].pk: f"team:{number}" for number in holding}
            with company_scope(org.pk):
                write_journal(org, holders=holders, now=clock)
            at = max(clock, latest)
            open_now = {row[0] for row in kept if row[2] is None}
            for row in kept:
                if row[2] is None and row[0] not in holders:
                    row[2] = at
            kept += [[member, at, None, code] for member, code in holders.items() if member not in open_now]
            latest = max([latest, *(row[1] for row in kept), *(row[2] for row in kept if row[2])])  # type: ignore[type-var]
        assert sorted(map(str, rows(org))) == sorted(str(tuple(row)) for row in kept)
        transaction.set_rollback(True)


# --- what nobody changes ----------------------------------------------------------------------------------
CHANGES = [
    "UPDATE billing_seatinterval SET started_at = started_at - interval '1 day'",
    "UPDATE billing_seatinterval SET because = 'person'",
    "UPDATE billing_seatinterval SET member_id = member_id + 1",
    "DELETE FROM billing_seatinterval",
    "TRUNCATE billing_seatinterval",
]
ENDS = [
    "UPDATE billing_seatinterval SET ended_at = NULL WHERE ended_at IS NOT NULL",
    "UPDATE billing_seatinterval SET ended_at = ended_at + interval '1 minute' WHERE ended_at IS NOT NULL",
    "UPDATE billing_seatinterval SET ended_at = ended_at WHERE ended_at IS NOT NULL",
]
tenant_and_platform = pytest.mark.parametrize(
    "scope", [lambda org: company_scope(org.pk), lambda _: platform_scope()], ids=["tenant", "platform"]
)
Scope = Callable[[Organization], AbstractContextManager[None]]


@tenant_and_platform
@pytest.mark.parametrize("sql", CHANGES)
def test_no_scope_may_change_an_entry(scope: Scope, sql: str, seated: Organization) -> None:
    with denied, scope(seated):
        run(sql)


@tenant_and_platform
@pytest.mark.parametrize("sql", ENDS)
def test_an_end_is_written_once(scope: Scope, sql: str, seated: Organization) -> None:
    with append_only, scope(seated):
        run(sql)


@pytest.mark.parametrize("sql", [*CHANGES[:4], *ENDS])
def test_owner_is_stopped_by_the_trigger(sql: str, seated: Organization) -> None:
    before = rows(seated)
    with append_only:
        run_as_owner(sql)
    assert rows(seated) == before


@pytest.mark.parametrize("sql", [*CHANGES[:2], CHANGES[3], *ENDS[:2]])
def test_control_without_the_trigger_the_owner_changes_the_journal(sql: str, seated: Organization) -> None:
    before = rows(seated)
    run_as_owner("ALTER TABLE billing_seatinterval DISABLE TRIGGER append_only", sql)
    assert rows(seated) != before


# --- what cannot be -----------------------------------------------------------------------------------------
WRONG = {
    "billing_seatinterval_one_open": (START + 50 * MINUTE, None, "owner"),
    "billing_seatinterval_forward": (START, START - MINUTE, "admin"),
    "billing_seatinterval_no_overlap": (START + 39 * MINUTE, None, "admin"),
}


@pytest.fixture
def wrong(seated: Organization, owner: Membership, admin: Membership) -> Callable[[str], SeatInterval]:
    people = {"owner": owner, "admin": admin}

    def make(name: str) -> SeatInterval:
        begin, end, who = WRONG[name]
        return SeatInterval(org=seated, member=people[who], started_at=begin, ended_at=end, because="person")

    return make


@pytest.mark.parametrize("name", WRONG)
def test_database_refuses(name: str, seated: Organization, wrong: Callable[[str], SeatInterval]) -> None:
    with pytest.raises(IntegrityError, match="billing_seatinterval"), company_scope(seated.pk):
        wrong(name).save()


@pytest.mark.parametrize("name", WRONG)
def test_control_without_the_constraint_it_is_written(
    name: str, seated: Organization, wrong: Callable[[str], SeatInterval]
) -> None:
    """A second open interval overlaps as well, and one that ends before it begins is no range: both go."""
    run_as_owner(
        "ALTER TABLE billing_seatinterval DROP CONSTRAINT billing_seatinterval_no_overlap",
        f"ALTER TABLE billing_seatinterval DROP CONSTRAINT IF EXISTS {name}",
        f"DROP INDEX IF EXISTS {name}",
    )
    with company_scope(seated.pk):
        wrong(name).save()


# --- it is a record of money ------------------------------------------------------------------------------
def test_deletion_of_trackers_data_leaves_the_journal() -> None:
    org = due_company()
    owner = org.memberships.get()
    with company_scope(org.pk):
        write_journal(org, holders={owner.pk: "person"}, now=START)
    before = rows(org)
    claimed = data_deletion.claim(org.pk, now=database_now())
    assert claimed
    data_deletion.purge_all(claimed.pk, org_id=org.pk, clock=database_now)
    assert rows_left(org) == 0
    assert rows(org) == before


def test_purge_list_names_nothing_of_billing() -> None:
    assert {model._meta.app_label for model in tracker_content.purge_list()} == {"issues"}


def test_companies_are_apart() -> None:
    """A seat of one company is nothing to another one, however it asks."""
    org, other = make_company(), make_company("Southwind Foods")
    with company_scope(org.pk):
        write_journal(org, holders={org.memberships.get().pk: "person"}, now=START)
    with company_scope(other.pk):
        assert not SeatInterval.objects.exists()


def test_closing_a_company_ends_its_seats_at_the_instant_of_the_closing(org: Organization, member: Membership) -> None:
    now = timezone.now() + dt.timedelta(days=1)
    Organization.objects.filter(pk=org.pk).update(closing_at=now, closed_at=now, full_seats=0)
    with platform_scope():
        assert seat_journal.close_all(now - dt.timedelta(seconds=1)) == 0
        assert seat_journal.close_all(now + dt.timedelta(hours=1)) == 1
        assert list(SeatInterval.objects.filter(org=org).values_list("ended_at", flat=True)) == [now]
        assert seat_journal.close_all(now + dt.timedelta(hours=2)) == 0
