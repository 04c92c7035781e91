"""Whoever gains or loses Full access hears it by mail: who did it, because of what, what it means; once an act."""

from __future__ import annotations

import datetime as dt

import pytest

from access.changes import save as grants
from access.grants import emails as access_letters
from access.members import members
from access.structure import teams
from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.grants.companies import fill
from tests.access.grants.conftest import Browser, acts
from tests.factories import add_member, make_company, make_team
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db


def told(member: Membership) -> list[str]:
    """Subject and text of each mail about a change of access."""
    with platform_scope():
        found = Mail.objects.filter(to=member.user.email, key__startswith=access_letters.KEY).order_by("pk")
        return [f"{mail.subject}\n{outbox.open_letter(mail).text}" for mail in found]


def test_person_hears_of_full_access_and_of_its_end(page: Browser, viewer: Membership, owner: Membership) -> None:
    page.give(viewer)
    (given,) = told(viewer)
    assert "You have Full access at Northwind Robotics" in given
    assert f"{page.member.name} gave it to you." in given
    assert "You can create and change issues" in given
    assert "Takes effect now." in given
    page.give(viewer, level=Level.READ_ONLY)
    taken = told(viewer)[-1]
    assert "You have Read only at Northwind Robotics" in taken
    assert f"{page.member.name} changed your access: Full access ended." in taken
    assert "You can view, search and export everything." in taken
    assert "/request-access/" in taken
    assert len(told(viewer)) == 2
    assert told(owner) == told(page.member) == []


def test_mail_says_which_team_it_came_through_and_when_it_counts(now: dt.datetime) -> None:
    org = make_company("Contoso", age_days=5)
    member, owner = add_member(org), org.memberships.get(role="owner")
    team = make_team(org, level=Level.FULL)
    with company_scope(org.pk):
        teams.add_people(team=team, people=[member], actor=owner, now=now)
    (given,) = told(member)
    assert f"{owner.name} changed access, and you have it through the team Platform." in given
    assert "when the trial ends." in given
    with company_scope(org.pk):
        teams.take_out(team=team, member=member, actor=owner, now=now)
    assert f"{owner.name} changed your access: Full access ended." in told(member)[-1]


def test_own_change_joining_and_blocking_are_told_otherwise(
    page: Browser, member: Membership, owner: Membership, now: dt.datetime
) -> None:
    with platform_scope():
        Mail.objects.all().delete()
    page.give(page.member)
    members.block(member=member, actor=owner, now=now)
    assert told(page.member) == told(member) == []


def test_mistake_that_is_undone_before_the_mail_goes_out_is_told_to_nobody(
    page: Browser, org: Organization, viewer: Membership, now: dt.datetime
) -> None:
    page.give(viewer)
    (act,) = acts(org)
    assert mail_sender.drain() == 0 or told(viewer), "it waits for a while"
    grants.undo(org=org, public_id=act.public_id, actor=page.member, now=now)
    assert told(viewer) == []


def test_what_was_told_is_taken_back_by_another_mail(page: Browser, org: Organization, viewer: Membership) -> None:
    page.give(viewer)
    (act,) = acts(org)
    with platform_scope():
        Mail.objects.filter(to=viewer.user.email).update(sent_at=act.at)
    grants.undo(org=org, public_id=act.public_id, actor=page.member, now=act.at)
    assert [text.partition("\n")[0] for text in told(viewer)] == [
        "You have Full access at Northwind Robotics",
        "You have Read only at Northwind Robotics",
    ]


def test_act_that_was_saved_twice_is_told_once(page: Browser, org: Organization, viewer: Membership) -> None:
    page.stage(viewer)
    shown = page.shown()
    page.save(shown)
    page.save(shown)
    assert len(told(viewer)) == len(acts(org)) == 1


def test_act_that_is_refused_tells_nobody(page: Browser, org: Organization, now: dt.datetime) -> None:
    people = fill(org, 6, now=now)
    page.give(*people)
    assert acts(org) == []
    assert [told(each) for each in people] == [[]] * 6


def test_statements_do_not_grow_with_people(
    org: Organization, paying: Organization, page: Browser, now: dt.datetime
) -> None:
    first, *people = fill(org, 63, now=now)
    page.give(first)  # the first seat moves the company's state, too
    assert save_for(page, people[:2]) == save_for(page, people[2:])
    with platform_scope():
        assert Mail.objects.filter(key__startswith=access_letters.KEY).count() >= 62


def save_for(page: Browser, people: list[Membership]) -> int:
    page.stage(*people)
    shown = page.shown()
    with counted_queries() as found:
        page.save(shown)
    return len(found)
