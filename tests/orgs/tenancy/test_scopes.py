"""The two scopes: what they set, that they end, and that they nest."""

from __future__ import annotations

import pytest
from django.db import InternalError, connection, transaction

from orgs.people.models import Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, forbid_writes, platform_scope
from tests.access.wall.urls import database_identity
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db

read_only = pytest.raises(InternalError, match="read-only transaction")


def login_role() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        return {"user": cursor.fetchone()[0], "org": "", "read_only": "off"}


def tenant(org: Organization) -> dict[str, str]:
    return {"user": "tracker_tenant", "org": str(org.pk), "read_only": "off"}


PLATFORM = {"user": "tracker_platform", "org": "", "read_only": "off"}


def make_team(org: Organization) -> Team:
    return Team.objects.create(org=org, name="Assembly")


def test_company_scope_sets_role_and_company_and_ends(org: Organization) -> None:
    with company_scope(org.pk):
        assert database_identity() == tenant(org)
    assert database_identity() == login_role()


def test_platform_scope_sets_the_platforms_role_and_ends(org: Organization) -> None:
    with platform_scope():
        assert database_identity() == PLATFORM
    assert database_identity() == login_role()


@pytest.mark.django_db(transaction=True)
def test_scope_is_a_transaction_of_its_own_and_ends_with_it() -> None:
    with platform_scope():
        assert connection.in_atomic_block
        assert database_identity() == PLATFORM
    assert not connection.in_atomic_block
    assert database_identity() == login_role()


@pytest.mark.django_db(transaction=True)
def test_scope_that_raises_ends_too() -> None:
    with pytest.raises(ZeroDivisionError), company_scope(7):
        raise ZeroDivisionError
    assert database_identity() == login_role()


def test_nested_scopes_restore_the_former_one(org: Organization, outsider: Membership) -> None:
    with company_scope(org.pk):
        with company_scope(outsider.org_id):
            assert database_identity() == tenant(outsider.org)
        assert database_identity() == tenant(org)
        with platform_scope():
            assert database_identity() == PLATFORM
            with company_scope(outsider.org_id):
                assert database_identity() == tenant(outsider.org)
            assert database_identity() == PLATFORM
        assert database_identity() == tenant(org)


def test_nested_scope_that_raises_restores_the_former_one(org: Organization) -> None:
    with company_scope(org.pk):
        with pytest.raises(ZeroDivisionError), platform_scope():
            raise ZeroDivisionError
        assert database_identity() == tenant(org)
        make_team(org)


def test_nested_scope_that_fails_in_the_database_restores_the_former_one(org: Organization) -> None:
    with company_scope(org.pk):
        with read_only, company_scope(org.pk, read_only=True):
            make_team(org)
        assert database_identity() == tenant(org)
        make_team(org)


def test_same_scope_again_takes_no_statement_because_it_stands(org: Organization, outsider: Membership) -> None:
    with company_scope(org.pk):
        with company_scope(outsider.org_id):
            pass
        with counted_queries() as found, company_scope(org.pk):
            pass
        assert found == []
        assert database_identity() == tenant(org)


def test_scope_keeps_what_was_written_in_a_nested_one(org: Organization) -> None:
    with company_scope(org.pk):
        with company_scope(org.pk):
            make_team(org)
        assert Team.objects.count() == 1


def test_read_only_scope_cannot_write(org: Organization) -> None:
    with read_only, company_scope(org.pk, read_only=True):
        make_team(org)
    with read_only, platform_scope(read_only=True):
        make_team(org)


def test_read_only_scope_cannot_be_made_writable_again(org: Organization) -> None:
    no_way_back = pytest.raises(InternalError, match="read-write mode")
    with no_way_back, company_scope(org.pk, read_only=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = off")


def test_read_only_scope_stays_read_only_for_the_scopes_inside_it(org: Organization) -> None:
    for inside in (company_scope(org.pk), platform_scope()):
        with read_only, company_scope(org.pk, read_only=True), inside:
            make_team(org)


def test_read_only_scope_leaves_the_outer_transaction_writable(org: Organization) -> None:
    with company_scope(org.pk):
        with company_scope(org.pk, read_only=True):
            assert database_identity()["read_only"] == "on"
        assert database_identity() == tenant(org)
        make_team(org)


def test_control_a_scope_that_is_not_read_only_writes(org: Organization) -> None:
    with company_scope(org.pk, read_only=False):
        make_team(org)


def test_forbidden_writes_are_allowed_again_after_the_part(org: Organization) -> None:
    with company_scope(org.pk):
        with forbid_writes():
            assert database_identity() == tenant(org) | {"read_only": "on"}
        with read_only, forbid_writes():
            make_team(org)
        make_team(org)


def test_scope_inside_a_plain_transaction_gives_it_back(org: Organization) -> None:
    with transaction.atomic():
        with company_scope(org.pk):
            make_team(org)
        assert database_identity() == login_role()
        assert Team.objects.count() == 0
    with platform_scope():
        assert Team.objects.filter(org=org).count() == 1
