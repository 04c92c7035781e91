"""The way out of Read only: every open step is a button to its page, and the main button is the next one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import FOUNDED, NOW, TRIAL_END, found, hold, noon, staff
from tests.billing.ledger import books
from tests.billing.mailed import owner_of
from tests.billing.payers import payer_details
from tests.tracker_portal.pages import main, section

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


def shown(org: Organization, login: Login, *, at=NOW, who: Membership | None = None):
    with time_machine.travel(at, tick=False):
        return login(who or owner_of(org)).get(reverse("tracker_portal:tracker_settings", args=[org.slug]))


def buttons(response) -> dict[str, tuple[str, bool]]:
    """What stands on a button → its address, and whether it is the main one."""
    html = response.content.decode().partition("<main")[2]
    found = re.findall(r'<a class="button( button--primary)?[^"]*"\s+href="([^"]*)">([^<]+)<', html)
    return {text.strip(): (address.replace("&amp;", "&"), bool(primary)) for primary, address, text in found}


def opens(login: Login, org: Organization, address: str) -> bool:
    return login(owner_of(org)).get(address).status_code == 200


@pytest.fixture
def org() -> Organization:
    """Its trial is over, and nobody has full access."""
    return found()


def indebted(org: Organization) -> Organization:
    """Six had full access, $41.20 is owed since November, and due since December."""
    payer_details.save(owner_of(org), TRIAL_END)
    hold(org, staff(org, 6), noon(3, 10))
    books.take(org, 41_20, NOW, key="a")
    org.refresh_from_db()
    return org


def test_first_step_leads_to_the_people(org: Organization, login: Login) -> None:
    found_buttons = buttons(shown(org, login))
    people = reverse("access:user_list", args=[org.slug])
    assert found_buttons["Choose who gets Full access"] == (people, True)
    assert found_buttons["All users"] == (people, False)
    assert found_buttons["Activate subscriptions"] == ("#steps", False)
    assert opens(login, org, people)


def test_next_step_is_the_payer(org: Organization, login: Login) -> None:
    with company_scope(org.pk):
        Organization.objects.filter(pk=org.pk).update(full_seats=6)
    found_buttons = buttons(shown(org, login))
    address, is_main = found_buttons["Enter payment details"]
    assert address.startswith(reverse("billing:payer", args=[org.slug]))
    assert is_main
    assert "All users" not in found_buttons, "a step that is done has no button"
    assert opens(login, org, address)


def test_debt_names_the_sum_and_the_date_and_offers_top_up(org: Organization, login: Login) -> None:
    due = noon(1, 12).replace(hour=0)
    response = shown(indebted(org), login, at=due)
    life = section(response, "life")
    assert "Pay $41.20 before 31 Dec 2026, or all data is deleted 30 days are left." in life
    top_up = reverse("billing:top_up", args=[org.slug])
    found_buttons = buttons(response)
    assert found_buttons["Top up the balance"] == (top_up, True)
    assert found_buttons["Top up"] == (top_up, False)
    assert "It is −$41.20. Bring it to zero or more." in main(response)
    assert opens(login, org, top_up)


def test_employees_are_told_no_sum(org: Organization, login: Login) -> None:
    due = noon(1, 12).replace(hour=0)
    said = main(shown(indebted(org), login, at=due, who=staff(org, 1)[0]))
    assert "30 days until all data is deleted" in said
    assert "$" not in said


def test_step_of_a_trial_is_its_main_button(login: Login) -> None:
    org = found(at=NOW)
    found_buttons = buttons(shown(org, login))
    assert found_buttons["All users"] == (reverse("access:user_list", args=[org.slug]), True)
    assert not found_buttons["Payment details management"][1]


# --- what is to come ---------------------------------------------------------------------------------------------
def test_active_company_sees_its_next_charge_and_until_when_the_balance_lasts(org: Organization, login: Login) -> None:
    payer_details.save(owner_of(org), TRIAL_END)
    hold(org, staff(org, 6), noon(1))
    books.top_up(org, 50_00, NOW, key="a")
    said = section(shown(org, login), "access")
    assert "Monthly total $19.86 Next charge 2 Dec 2026, estimate $19.86" in said
    assert "Balance $50.00 Forecast Covers charges until 2 Feb 2027" in said
    books.take(org, 45_00, NOW, key="b")
    assert "Forecast Does not cover the charge on 2 Dec 2026" in section(shown(org, login), "access")


def test_trial_sees_its_first_charge(login: Login) -> None:
    org = found(at=FOUNDED)
    payer_details.save(owner_of(org), FOUNDED)
    hold(org, staff(org, 6), FOUNDED)
    said = section(shown(org, login, at=noon(20, 9)), "access")
    assert "First charge 2 Nov 2026, estimate" in said
    assert "Balance $0.00 Forecast Does not cover the charge on 2 Nov 2026" in said


def test_free_team_has_no_charge_in_sight(org: Organization, login: Login) -> None:
    hold(org, staff(org, 3), noon(1))
    assert "Next charge — Balance $0.00 Forecast Nothing to pay" in section(shown(org, login), "access")
