"""Teams hold people, other teams and departments; no team is inside itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from access.members import members
from access.structure import teams
from orgs.audit.models import AuditEvent
from orgs.people import group_members
from orgs.people.models import Team, TeamMember, TeamTeam
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

Make = Callable[..., Team]


def inside(team: Team) -> set[int]:
    return set(
        Membership.objects.filter(pk__in=group_members.people_inside(team.org, team.public_id)).values_list(
            "pk", flat=True
        )
    )


def test_people_come_into_a_team_once(make_team: Make, owner, member: Membership, viewer: Membership, now) -> None:
    team = make_team("Vision", member)
    assert teams.add_people(team=team, people=[member, viewer], actor=owner, now=now) == 1
    assert inside(team) == {member.pk, viewer.pk}
    teams.take_out(team=team, member=member, actor=owner, now=now)
    teams.take_out(team=team, member=member, actor=owner, now=now)
    assert inside(team) == {viewer.pk}
    events = AuditEvent.objects.filter(target=member.public_id, action__startswith="team.")
    assert [event.action for event in events.order_by("number")] == ["team.add", "team.take_out"]


def test_former_and_foreign_people_come_into_no_team(make_team: Make, owner, viewer, outsider, now) -> None:
    team = make_team("Vision")
    members.remove(member=viewer, actor=owner, now=now)
    for stranger in (viewer, outsider):
        with pytest.raises(Refused, match="no longer here"):
            teams.add_people(team=team, people=[stranger, owner], actor=owner, now=now)
    assert inside(team) == set()


def test_team_holds_the_people_of_inner_teams_and_departments(
    make_team: Make, make_department, owner, member: Membership, viewer: Membership, colleague, org, now
) -> None:
    below = colleague
    software = make_department("Software")
    platform = make_department("Platform", software)
    members.move(member=below, department=platform, actor=owner, now=now)
    outer, middle, inner = make_team("Outer", owner), make_team("Middle", member), make_team("Inner", viewer, member)
    teams.add_team(team=outer, inner=middle, actor=owner, now=now)
    teams.add_team(team=middle, inner=inner, actor=owner, now=now)
    teams.add_department(team=inner, department=software, actor=owner, now=now)
    assert inside(outer) == {owner.pk, member.pk, viewer.pk, below.pk}
    assert inside(inner) == {member.pk, viewer.pk, below.pk}
    assert group_members.sizes(org, [outer, middle, inner]) == {
        outer.pk: (4, 1),
        middle.pk: (3, 1),
        inner.pk: (3, 1),
    }
    members.block(member=below, actor=owner, now=now)
    assert group_members.sizes(org, [outer]) == {outer.pk: (3, 1)}
    teams.take_out_department(team=inner, department=software, actor=owner, now=now)
    teams.take_out_team(team=outer, inner=middle, actor=owner, now=now)
    assert inside(outer) == {owner.pk}


def test_no_team_is_inside_itself(make_team: Make, owner: Membership, now: dt.datetime) -> None:
    one, two, three = make_team("One"), make_team("Two"), make_team("Three")
    teams.add_team(team=one, inner=two, actor=owner, now=now)
    teams.add_team(team=two, inner=three, actor=owner, now=now)
    for outer, inner in [(one, one), (two, one), (three, one), (three, two)]:
        with pytest.raises(Refused, match="inside itself"):
            teams.add_team(team=outer, inner=inner, actor=owner, now=now)
    teams.add_team(team=one, inner=three, actor=owner, now=now)  # twice inside is no circle
    teams.add_team(team=one, inner=three, actor=owner, now=now)
    assert TeamTeam.objects.count() == 3


@pytest.mark.parametrize("name", ["", "A", "x" * 41])
def test_name_has_2_to_40_characters(make_team: Make, name: str) -> None:
    with pytest.raises(Refused, match="2 to 40"):
        make_team(name)


def test_two_teams_do_not_have_one_name(make_team: Make, owner: Membership, now: dt.datetime) -> None:
    vision, safety = make_team("Vision"), make_team("Safety")
    with pytest.raises(Refused, match="Another team"):
        make_team("vision")
    with pytest.raises(Refused, match="Another team"):
        teams.rename(team=safety, name="VISION", actor=owner, now=now)
    assert teams.rename(team=vision, name="VISION", actor=owner, now=now).name == "VISION"


def test_deleted_team_leaves_everything_else(make_team: Make, make_department, owner, viewer, now) -> None:
    outer, team, inner = make_team("Outer"), make_team("Vision", viewer), make_team("Inner", viewer)
    teams.add_team(team=outer, inner=team, actor=owner, now=now)
    teams.add_team(team=team, inner=inner, actor=owner, now=now)
    teams.add_department(team=team, department=make_department("Software"), actor=owner, now=now)
    teams.set_lead(team=team, member=viewer, actor=owner, now=now)
    teams.delete(team=team, actor=owner, now=now)
    assert set(Team.objects.values_list("name", flat=True)) == {"Outer", "Inner"}
    assert inside(inner) == {viewer.pk}
    viewer.refresh_from_db()
    assert viewer.is_current


def test_lead_is_one_of_the_team(make_team: Make, owner, member, viewer: Membership, now: dt.datetime) -> None:
    team = make_team("Vision", viewer)
    with pytest.raises(Refused, match="one of the team"):
        teams.set_lead(team=team, member=member, actor=owner, now=now)
    assert teams.set_lead(team=team, member=viewer, actor=owner, now=now).lead == viewer
    teams.take_out(team=team, member=viewer, actor=owner, now=now)
    team.refresh_from_db()
    assert team.lead is None


def test_employee_changes_no_team(org: Organization, make_team: Make, make_department, viewer, now) -> None:
    team, inner, software = make_team("Vision"), make_team("Inner"), make_department("Software")
    given = {"team": team, "actor": viewer, "now": now}
    for act in (
        lambda: teams.create(org=org, name="Other", actor=viewer, now=now),
        lambda: teams.rename(name="Other", **given),
        lambda: teams.delete(**given),
        lambda: teams.set_lead(member=None, **given),
        lambda: teams.add_people(people=[viewer], **given),
        lambda: teams.take_out(member=viewer, **given),
        lambda: teams.add_team(inner=inner, **given),
        lambda: teams.take_out_team(inner=inner, **given),
        lambda: teams.add_department(department=software, **given),
        lambda: teams.take_out_department(department=software, **given),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            act()
    assert not TeamMember.objects.filter(team=team).exists()


def test_foreign_team_is_refused_as_an_absent_one(make_team: Make, owner: Membership, outsider, now) -> None:
    foreign = teams.create(org=outsider.org, name="Theirs", actor=outsider, now=now)
    team = make_team("Vision")
    with pytest.raises(Refused, match="meanwhile"):
        teams.add_team(team=team, inner=foreign, actor=owner, now=now)
    with pytest.raises(Refused, match="Only administrators"):
        teams.rename(team=foreign, name="Ours", actor=owner, now=now)
