"""People who are invited with Full access count in every total that is shown, as `after they join`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from access.changes import save
from access.invitations import invitations
from access.members.members import Terms
from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, TRIAL_END, found, hold, noon, staff
from tests.billing.mailed import owner_of
from tests.billing.payers import payer_details
from tests.tracker_portal.pages import text

pytestmark = pytest.mark.django_db

PAGES = ("access:user_list", "access:invitation_list", "billing:detailed", "tracker_portal:tracker_settings")
SAID = "2 invited people with Full access: $26.48 a month after they join"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    org = found()
    payer_details.save(owner_of(org), TRIAL_END)
    hold(org, staff(org, 6), noon(1))
    return org


def invite(org: Organization, level: Level, *emails: str) -> None:
    with company_scope(org.pk):
        terms = Terms(level, Department.objects.get(org=org, parent=None), None)
    invitations.invite(org=org, emails=list(emails), terms=terms, actor=owner_of(org), now=NOW)


@pytest.mark.parametrize("page", PAGES)
def test_every_total_says_what_it_is_after_they_join(
    org: Organization, login: Callable[[Membership], Client], page: str
) -> None:
    client, address = login(owner_of(org)), reverse(page, args=[org.slug])
    invite(org, Level.READ_ONLY, "c@example.com")
    assert "after they join" not in text(client.get(address))
    invite(org, Level.FULL, "a@example.com", "b@example.com")
    assert SAID in text(client.get(address))


def test_what_is_staged_says_what_it_is_after_they_join(
    org: Organization, login: Callable[[Membership], Client]
) -> None:
    client, [last, *people] = login(owner_of(org)), staff(org, 5)
    for member in people:
        save.set_level(member=member, level=Level.FULL, actor=owner_of(org), now=NOW)
    invite(org, Level.FULL, "a@example.com", "b@example.com")
    field = f"member:{last.public_id}:read_only"
    page = text(client.post(reverse("access:levels_stage", args=[org.slug]), {field: "full"}, follow=True))
    [numbers] = re.findall(r"Full access (\d+) (\d+) Monthly total (.*?) Takes effect now", page)
    assert numbers == ("4", "5", "$0.00 $0.00 2 invited people with Full access: $23.17 a month after they join")


def test_what_an_invitation_would_cost_says_what_it_is_after_the_others_join(
    org: Organization, login: Callable[[Membership], Client]
) -> None:
    invite(org, Level.FULL, "a@example.com", "b@example.com")
    address = reverse("access:invite_check", args=[org.slug])
    page = text(login(owner_of(org)).post(address, {"addresses": "c@example.com"}))
    assert "6 to 7 seats, $19.86 to $23.17 a month." in page
    assert "2 invited people with Full access: $29.79 a month after they join" in page


def test_who_has_joined_or_whose_invitation_has_ended_is_counted_no_more(
    org: Organization, login: Callable[[Membership], Client]
) -> None:
    invite(org, Level.FULL, "a@example.com", "b@example.com")
    with time_machine.travel(noon(14, 12), tick=False):
        html = text(login(owner_of(org)).get(reverse("billing:detailed", args=[org.slug])))
    assert "after they join" not in html
