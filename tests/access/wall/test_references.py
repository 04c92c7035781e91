"""A row cannot point into another company: PostgreSQL refuses the commit, whatever the code did."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import ForeignKey, Model

from orgs.people.models import Team, TeamMember
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import run_as_owner, undone
from tests.factories import make_company
from tests.guards.catalogue import composite_keys
from tests.guards.rows import build_row, make_row, target

# The ledger's own rule refuses a moment before the reference does: an entry that is not seen is none of this transaction.
EARLIER = {"billing.Posting.entry": "was posted already"}
refused = pytest.raises(IntegrityError, match="in_company")


def refusal(reference: str) -> Any:
    return pytest.raises(IntegrityError, match=EARLIER.get(reference, "in_company"))


def commit() -> None:
    """What a commit asks: are all deferred references in order?"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def pointing(model: type[Model], field: ForeignKey[Any, Any], org: Organization, row: Model) -> None:
    """Inserts a row of the company that points to `row`."""
    if model is Membership:
        Membership.objects.filter(org=org).update(**{field.name: row})
    else:
        make_row(model, org, **{field.name: row})


@pytest.mark.django_db
def test_reference_into_another_company_is_refused(
    org: Organization, outsider: Membership, subtests: pytest.Subtests
) -> None:
    for name, (model, field) in composite_keys().items():
        with subtests.test(name), undone():
            with company_scope(outsider.org_id):
                foreign = target(field.related_model, outsider.org)  # type: ignore[arg-type]
            with refusal(name), company_scope(org.pk):
                pointing(model, field, org, foreign)
                commit()


@pytest.mark.django_db
def test_control_the_same_reference_inside_the_company_holds(org: Organization, subtests: pytest.Subtests) -> None:
    for name, (model, field) in composite_keys().items():
        with subtests.test(name), undone(), company_scope(org.pk):
            own = target(field.related_model, org)  # type: ignore[arg-type]
            pointing(model, field, org, own)
            commit()


@pytest.mark.django_db
def test_reference_to_nothing_is_refused(org: Organization, subtests: pytest.Subtests) -> None:
    for name, (model, field) in composite_keys().items():
        nothing = field.related_model(pk=2**40)  # type: ignore[operator,misc]
        with subtests.test(name), undone(), refusal(name), company_scope(org.pk):
            pointing(model, field, org, nothing)
            commit()


@pytest.mark.django_db(transaction=True)
def test_the_commit_itself_refuses_and_nothing_stays() -> None:
    org, other = make_company(), make_company("Southwind Foods")
    foreign = other.memberships.get()
    with refused, company_scope(org.pk):
        team = make_row(Team, org)
        build_row(TeamMember, org, team=team, member=foreign).save(force_insert=True)
    with platform_scope():
        assert not Team.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_the_commit_lets_it_through() -> None:
    org, other = make_company(), make_company("Southwind Foods")
    foreign = other.memberships.get()
    change_constraint("DROP CONSTRAINT orgs_teammember_member_id_in_company")
    try:
        with company_scope(org.pk):
            make_row(TeamMember, org, member=foreign)
        with platform_scope():
            assert TeamMember.objects.get().member_id == foreign.pk
            TeamMember.objects.all().delete()
    finally:
        change_constraint(
            "ADD CONSTRAINT orgs_teammember_member_id_in_company FOREIGN KEY (org_id, member_id)"
            " REFERENCES orgs_membership (org_id, id) DEFERRABLE INITIALLY DEFERRED"
        )


def change_constraint(change: str) -> None:
    run_as_owner(f"ALTER TABLE orgs_teammember {change}")
