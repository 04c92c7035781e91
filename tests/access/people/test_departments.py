"""Departments: one tree, whose root is the company; nobody is ever in none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from access.members import members
from access.structure import departments, teams
from orgs.people import group_members
from orgs.people.models import Department, TeamDepartment
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

Make = Callable[..., Department]


def test_department_is_created_below_another(make_department: Make, root: Department) -> None:
    software = make_department("Software")
    platform = make_department("  Platform   and tools ", software)
    assert (platform.parent, platform.name) == (software, "Platform and tools")
    assert software.parent == root


@pytest.mark.parametrize("name", ["", "A", " A ", "x" * 41, "\x00\x00"])
def test_name_has_2_to_40_characters(make_department: Make, name: str) -> None:
    with pytest.raises(Refused, match="2 to 40") as refused:
        make_department(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["QA", "x" * 40, "Ёлки и палки"])
def test_name_of_2_or_40_characters_is_taken(make_department: Make, name: str) -> None:
    assert make_department(name).name == name


def test_sisters_have_different_names(make_department: Make, owner: Membership, now: dt.datetime) -> None:
    software, hardware = make_department("Software"), make_department("Hardware")
    with pytest.raises(Refused, match="already"):
        make_department("SOFTWARE")
    with pytest.raises(Refused, match="already"):
        departments.rename(department=hardware, name="software", actor=owner, now=now)
    assert make_department("Software", software).name == "Software"
    departments.rename(department=software, name="SOFTWARE", actor=owner, now=now)


def test_root_is_the_company_and_stays(root: Department, make_department: Make, owner, now) -> None:
    software = make_department("Software")
    for act in (
        lambda: departments.rename(department=root, name="Other", actor=owner, now=now),
        lambda: departments.move(department=root, parent=software, actor=owner, now=now),
        lambda: departments.delete(department=root, into=software, actor=owner, now=now),
    ):
        with pytest.raises(Refused, match="the company itself"):
            act()


def test_department_never_comes_below_itself(make_department: Make, owner: Membership, now: dt.datetime) -> None:
    software = make_department("Software")
    platform = make_department("Platform", software)
    tools = make_department("Tools", platform)
    for parent in (software, platform, tools):
        with pytest.raises(Refused, match="itself"):
            departments.move(department=software, parent=parent, actor=owner, now=now)
    departments.move(department=tools, parent=software, actor=owner, now=now)
    tools.refresh_from_db()
    assert tools.parent == software


def test_people_move_when_their_department_is_deleted(
    make_department: Make, root: Department, owner: Membership, member: Membership, viewer: Membership, now
) -> None:
    software, hardware = make_department("Software"), make_department("Hardware")
    platform = make_department("Platform", software)
    for person in (member, viewer):
        members.move(member=person, department=software, actor=owner, now=now)
    members.remove(member=viewer, actor=owner, now=now)
    assert departments.delete(department=software, into=hardware, actor=owner, now=now) == 1
    member.refresh_from_db()
    viewer.refresh_from_db()
    platform.refresh_from_db()
    assert member.department == hardware
    assert viewer.department == hardware, "a former member stays somewhere, too"
    assert platform.parent == root
    assert not Department.objects.filter(pk=software.pk).exists()


def test_people_do_not_move_into_what_is_deleted(make_department: Make, owner: Membership, now) -> None:
    software = make_department("Software")
    with pytest.raises(Refused, match="another department"):
        departments.delete(department=software, into=software, actor=owner, now=now)


def test_deleted_department_leaves_the_teams(make_department: Make, make_team, root, owner, now) -> None:
    software, team = make_department("Software"), make_team("Vision")
    teams.add_department(team=team, department=software, actor=owner, now=now)
    departments.delete(department=software, into=root, actor=owner, now=now)
    assert not TeamDepartment.objects.filter(team=team).exists()


def test_what_somebody_deleted_meanwhile_is_refused(make_department: Make, root, owner, viewer, now) -> None:
    software = make_department("Software")
    departments.delete(department=software, into=root, actor=owner, now=now)
    for act in (
        lambda: departments.rename(department=software, name="Other", actor=owner, now=now),
        lambda: departments.create(parent=software, name="Below", actor=owner, now=now),
        lambda: members.move(member=viewer, department=software, actor=owner, now=now),
    ):
        with pytest.raises(Refused, match="meanwhile"):
            act()


def test_employee_changes_no_department(make_department: Make, viewer: Membership, root, now) -> None:
    software = make_department("Software")
    for act in (
        lambda: departments.create(parent=root, name="Other", actor=viewer, now=now),
        lambda: departments.rename(department=software, name="Other", actor=viewer, now=now),
        lambda: departments.move(department=software, parent=root, actor=viewer, now=now),
        lambda: departments.delete(department=software, into=root, actor=viewer, now=now),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            act()


def test_number_of_departments_is_bounded(org: Organization, make_department: Make, monkeypatch) -> None:
    monkeypatch.setattr(departments, "LIMIT", 3)
    make_department("Software")
    make_department("Hardware")
    with pytest.raises(Refused, match="500 departments"):
        make_department("Sales")


def test_everybody_below_is_found_at_any_depth(
    make_department: Make, org, owner, viewer: Membership, root, now
) -> None:
    place = top = make_department("Level 0")
    for depth in range(1, 8):
        place = make_department(f"Level {depth}", place)
    members.move(member=viewer, department=place, actor=owner, now=now)
    below = Membership.objects.filter(department__in=group_members.below(org, top.public_id))
    assert list(below) == [viewer]
    assert (
        Membership.objects.filter(department__in=group_members.below(root.org, root.public_id)).count()
        == root.org.memberships.count()
    )


def test_tree_is_not_deeper_than_its_page_can_show(make_department: Make, root, owner, now, monkeypatch) -> None:
    monkeypatch.setattr(departments, "DEPTH", 3)
    one = make_department("One")
    two = make_department("Two", one)
    three = make_department("Three", two)
    with pytest.raises(Refused, match="levels deep") as refused:
        make_department("Four", three)
    assert refused.value.field == "parent"
    other = make_department("Other")
    with pytest.raises(Refused, match="levels deep"):
        departments.move(department=one, parent=other, actor=owner, now=now)
    departments.move(department=two, parent=other, actor=owner, now=now)
    departments.move(department=three, parent=root, actor=owner, now=now)
    assert set(Department.objects.values_list("name", "parent__name")) >= {("Two", "Other"), ("Three", root.name)}
