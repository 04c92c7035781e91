"""Departments and teams to choose from: the departments as the tree they are."""

from __future__ import annotations

import pytest

from access.invitations.forms import InviteForm
from orgs.people import group_members, select_options
from orgs.people.models import Department, Team
from orgs.people.select_options import INDENT
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(org: Organization) -> Department:
    """Sales and Software are below it, Robots below Software; there are two teams."""
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        software = Department.objects.create(org=org, name="Software", parent=root, public_id="software")
        Department.objects.create(org=org, name="Robots", parent=software, public_id="robots")
        Department.objects.create(org=org, name="sales", parent=root, public_id="sales")
        for name in ("vision", "Platform"):
            Team.objects.create(org=org, name=name, public_id=name.lower())
    return root


def test_departments_stand_in_the_order_of_the_tree_and_teams_by_name(org: Organization, root: Department) -> None:
    with company_scope(org.pk), counted_queries() as found:
        options = select_options.load(org)
    assert len([sql for sql in found if "orgs_department" in sql]) == 1
    assert options.departments == [
        (root.public_id, "Northwind Robotics"),
        ("sales", f"{INDENT}sales"),
        ("software", f"{INDENT}Software"),
        ("robots", f"{INDENT}{INDENT}Robots"),
    ]
    assert options.teams == [("platform", "Platform"), ("vision", "vision")]


@pytest.mark.parametrize(
    ("department", "found"),
    [("software", ["software", "robots"]), ("robots", ["robots"]), ("sales", ["sales"]), ("nope", []), ("", [])],
)
def test_what_is_below_a_department(org: Organization, root: Department, department: str, found: list[str]) -> None:
    with company_scope(org.pk):
        below = Department.objects.filter(pk__in=group_members.below(org, department))
        assert {row.public_id for row in below} == set(found)
        whole = Department.objects.filter(pk__in=group_members.below(org, root.public_id))
        assert {row.public_id for row in whole} == {root.public_id, "sales", "software", "robots"}


def test_who_joins_is_put_into_a_department_of_the_tree(org: Organization, root: Department) -> None:
    with company_scope(org.pk):
        form = InviteForm({"addresses": "a@example.net", "level": "read_only", "department": "robots"}, org=org)
        shown = [("", "Northwind Robotics"), ("sales", f"{INDENT}sales"), ("software", f"{INDENT}Software")]
        assert form.fields["department"].choices[:3] == shown
        assert form.is_valid()
        assert form.terms().department.name == "Robots"
        whole = InviteForm({"addresses": "a@example.net", "level": "read_only", "department": ""}, org=org)
        assert whole.is_valid()
        assert whole.terms().department == root
