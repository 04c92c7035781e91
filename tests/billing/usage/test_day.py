"""The seats of a day: who, from when to when, because of what."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, hold, noon, staff
from tests.billing.usage.pages import text_of, url

pytestmark = pytest.mark.django_db


def test_day_opens_to_who_from_when_to_when_and_because_of_what(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    text = text_of(owner, url(org, "day", "?day=2026-11-12"))
    assert "Full access on 12 November 2026" in text
    assert f"{person.name} 12 Nov 2026, 12:00 13 Nov 2026, 12:00 Given to the person" in text
    assert text.count("still Given to the person") == 8


def test_day_before_and_after_do_not_show_it(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    days = [text_of(owner, url(org, "day", f"?day=2026-11-{day}")) for day in (11, 13, 14)]
    assert [f"{person.name} 12 Nov 2026" in text for text in days] == [False, True, False]


def test_sources_are_named_as_they_are_called_now(org: Organization, owner: Client) -> None:
    one, two, three, four = staff(org, 4)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        team = Team.objects.create(org=org, name="Platform")
        department = Department.objects.create(org=org, parent=root, name="Software")
    codes = {one: f"team:{team.public_id}", two: f"department:{department.public_id}", three: "team:gone"}
    codes[four] = f"department:{root.public_id}"
    for number, (person, code) in enumerate(codes.items()):
        hold(org, [person], noon(20 + number), because=code)
    text = "".join(text_of(owner, url(org, "day", f"?day=2026-11-{20 + number}")) for number in range(4))
    assert all(said in text for said in ("Team Platform", "Department Software", "Team (deleted)"))
    assert f"Department {root.name}" in text


def test_mistake_is_shown_and_said_to_be_left_out(org: Organization, owner: Client) -> None:
    [person] = staff(org, 1)
    others = list(org.memberships.filter(pk__lt=person.pk).order_by("pk")[1:9])
    hold(org, [*others, person], noon(20))
    hold(org, others, noon(20) + dt.timedelta(minutes=29))
    text = text_of(owner, url(org, "day", "?day=2026-11-20"))
    assert f"{person.name} 20 Nov 2026, 12:00 20 Nov 2026, 12:29 Under 30 minutes, left out" in text
    assert text.count("left out") == 1
    assert "Peak of 9 users" in text_of(owner, url(org))


def test_short_one_that_goes_on_without_a_gap_is_no_mistake(org: Organization, owner: Client) -> None:
    [person] = staff(org, 1)
    hold(org, [person], noon(20))
    hold(org, [], noon(20) + dt.timedelta(minutes=10))
    hold(org, [person], noon(20) + dt.timedelta(minutes=10))
    assert "left out" not in text_of(owner, url(org, "day", "?day=2026-11-20"))


def test_day_without_anybody(org: Organization, owner: Client) -> None:
    assert "Nobody had Full access" in text_of(owner, url(org, "day", "?day=2026-09-10"))


def test_day_is_paged(org: Organization, owner: Client) -> None:
    hold(org, staff(org, 60), noon(24))
    first = owner.get(url(org, "day")).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert first.count("Given to the person") == 50
    assert following
    second = owner.get(url(org, "day") + following[1].replace("&amp;", "&")).content.decode()
    assert second.count("Given to the person") == 10


def test_former_member_stands_in_the_journal(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    Membership.objects.filter(pk=person.pk).update(ended_at=NOW)
    assert person.name in text_of(owner, url(org, "day", "?day=2026-11-12"))
