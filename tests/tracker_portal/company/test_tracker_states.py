"""Tracker's settings, state by state: headline, main action, ruler and right column; prices are administrators' alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Brake, Deletion
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.ledger import books
from tests.factories import add_member, make_company
from tests.orgs.lifecycle.companies import warn
from tests.tracker_portal.pages import section, text
from tracker_portal.company import subscription_steps
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def url(org: Organization) -> str:
    return reverse("tracker_portal:tracker_settings", args=[org.slug])


def local(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at, dt.timezone(HOUR))


def put(org: Organization, **columns: object) -> Organization:
    Organization.objects.filter(pk=org.pk).update(**columns)
    org.refresh_from_db()
    return org


@pytest.fixture
def trial(db: None) -> Organization:
    return make_company("Acme", age_days=18)


# --- steps to a subscription ------------------------------------------------------------------------------
SEATS, FREE, PAYER, DEBT = (0, 1, 5, 6, 47), (5,), (False, True), (None, -HOUR, HOUR)


@pytest.mark.parametrize(("seats", "free", "payer", "debt"), list(itertools.product(SEATS, FREE, PAYER, DEBT)))
def test_steps_are_done_exactly_when_nothing_is_missing(
    *, seats: int, free: int, payer: bool, debt: dt.timedelta | None, now: dt.datetime
) -> None:
    facts = {"full_seats": seats, "free_seats": free, "payer_ready": payer, "currency": "USD", "slug": "northwind"}
    org = Organization(**facts, debt_due_at=now + debt if debt else None)
    assert subscription_steps.subscription_steps(org, now, balance=-1 if debt else 0).are_done == (
        lifecycle.subscription_blocker(org, now) == ""
    )


def test_trial_shows_what_is_to_be_done_before_its_end(trial: Organization, owner: Membership, login: Login) -> None:
    client = login(trial.memberships.get())
    end = f"{local(trial.trial_ends_at):%-d %b %Y}"
    page = section(client.get(url(trial)), "steps-title")
    assert f"Keep working after {end} 1 of 3 Choose who gets Full access Up to 5 people are free." in page
    assert "Enter payment details As an individual or legal entity." in page
    put(trial, full_seats=47)
    page = section(client.get(url(trial)), "steps-title")
    assert "2 of 3 Choose who gets Full access , done 47 people, $155.57 a month." in page


def test_prepared_trial_collapses_its_steps(trial: Organization, login: Login) -> None:
    client = login(trial.memberships.get())
    assert '<details class="steps" open>' in client.get(url(trial)).content.decode()
    add_member(trial, level=Level.FULL)
    response = client.get(url(trial))
    assert '<details class="steps">' in response.content.decode()
    assert "3 of 3" in section(response, "steps-title")
    assert "Not needed for so few people." in section(response, "steps-title")


def test_read_only_leads_to_the_steps(org: Organization, owner: Membership, login: Login) -> None:
    response = login(owner).get(url(org))
    assert 'href="#steps">Activate subscriptions</a>' in response.content.decode()
    assert "Bring Tracker back 1 of 3" in section(response, "steps-title")
    assert "Then only the first step is needed." in text(response)
    books.take(org, 41_20, timezone.now(), key="a")
    put(org, full_seats=6, debt_due_at=timezone.now() - HOUR)
    assert "0 of 3" not in section(login(owner).get(url(org)), "steps-title")
    in_debt = login(owner).get(url(org))
    assert "It is −$41.20. Bring it to zero or more." in section(in_debt, "steps-title")
    assert "only the first step" not in text(in_debt)


def test_read_only_promises_nobody_that_they_can_write(org: Organization, owner: Membership, login: Login) -> None:
    life = section(login(owner).get(url(org)), "life")
    assert "Everyone can view, search and export issues. Nobody can change them." in life
    assert "Only people with Full access can change issues" not in life


# --- a negative balance -----------------------------------------------------------------------------------
def test_negative_balance_says_what_happens_when(
    org: Organization, owner: Membership, member: Membership, login: Login
) -> None:
    due = dt.datetime(2099, 2, 1, tzinfo=dt.UTC)
    books.take(org, 41_20, timezone.now(), key="a")
    put(org, debt_due_at=due)
    response = login(owner).get(url(org))
    life = section(response, "life")
    assert "Pay $41.20 before 1 Feb 2099" in life
    assert f'href="{reverse("billing:top_up", args=[org.slug])}">Top up</a>' in response.content.decode()
    assert "If it stays so, Tracker becomes Read only on 1 Feb 2099, 01:00 Europe/Berlin" in life
    assert "Data is deleted 3 Mar 2099, 01:00 Europe/Berlin" in life
    assert "Add dates to calendar" in life
    assert "Balance is negative" in text(response)
    assert 'class="ruler' not in response.content.decode()


def test_employees_are_told_nothing_of_the_balance(
    org: Organization, member: Membership, viewer: Membership, login: Login
) -> None:
    put(org, debt_due_at=timezone.now() + DAY)
    response = login(viewer).get(url(org))
    assert "balance" not in text(response).lower()
    assert "Tracker is active" in section(response, "life")


# --- a deletion that waits --------------------------------------------------------------------------------
OPERATOR = "only an operator can"
SENTENCES = {
    "held": "An operator of this service holds the deletion",
    "off": "has switched off all deletions",
    "unwarned": "Administrators: check that your address receives our mail.",
    "turn": "It can begin at any moment.",
}


def overdue(org: Organization, reason: str, *, state: State = State.READ_ONLY) -> Organization:
    """A company whose 30 days are over, and that waits for this reason."""
    now = timezone.now()
    put(org, state=state, trial_ends_at=now - 30 * DAY - HOUR, retention_ends_at=now - HOUR, deactivated_at=now - DAY)
    if reason == "held":
        put(org, deletion_held_at=now)
    if reason == "off":
        with platform_scope():
            Brake.objects.create(reason="An inquiry.")
    if reason in ("off", "turn"):
        warn(org)
    return org


@pytest.mark.parametrize("state", [State.READ_ONLY, State.DEACTIVATED])
@pytest.mark.parametrize("reason", SENTENCES)
def test_deletion_that_waits_says_why_and_who_can_act(
    org: Organization, owner: Membership, login: Login, reason: str, state: State
) -> None:
    overdue(org, reason, state=state)
    life = section(login(owner).get(url(org)), "life")
    assert [key for key, sentence in SENTENCES.items() if sentence in life] == [reason]
    if state == State.READ_ONLY:
        assert ("All data is about to be deleted" in life) == (reason == "turn")
        assert ("The deletion of all data waits" in life) == (reason != "turn")
    assert (OPERATOR in life) == (reason in ("held", "off"))
    assert (settings.SUPPORT_EMAIL in life) == (reason != "turn")
    again = "Activate Tracker again. " if state == State.DEACTIVATED else ""
    assert f"Until it begins the data can be kept: {again}Give Full access to at least one person." in life


def test_employees_see_why_it_waits_and_not_the_way_back(org: Organization, login: Login) -> None:
    overdue(org, "held")
    life = section(login(add_member(org)).get(url(org)), "life")
    assert SENTENCES["held"] in life
    assert "can be kept" not in life


def test_deletion_that_is_not_due_waits_for_nothing(org: Organization, owner: Membership, login: Login) -> None:
    put(org, deletion_held_at=timezone.now())
    life = section(login(owner).get(url(org)), "life")
    assert not any(sentence in life for sentence in SENTENCES.values())


# --- the table of states ----------------------------------------------------------------------------------
def company_in(state: str) -> Organization:
    """A company in a row of the specification's table."""
    org = make_company(age_days=18 if state.startswith("trial") else 40)
    now = timezone.now()
    if state in ("trial, prepared", "active", "balance negative"):
        add_member(org, level=Level.FULL)
    if state == "balance negative":
        books.take(org, 41_20, now, key="a")
        put(org, debt_due_at=now + 5 * DAY)
    if state == "not active":
        put(org, state=State.INACTIVE, trial_ends_at=None, activated_at=None)
    if state == "deactivated":
        lifecycle.deactivate(org=org, actor=org.memberships.get(), now=now)
    if state in ("deleting", "deleted"):
        finished_at = now if state == "deleted" else None
        put(org, state=state, deleted_at=finished_at)
        with company_scope(org.pk):
            Deletion.objects.create(org=org, due_at=now, claimed_at=now, finished_at=finished_at, total=7)
    org.refresh_from_db()
    return org


# state: the headline, what administrators can do (button or link), whether the ruler is there
ROWS = {
    "not active": ("Free for 30 days, for everyone", {"Activate"}, True),
    "trial": ("days of full access left", {"Deactivate", "Open Tracker"}, True),
    "trial, prepared": ("Nothing will stop.", {"Deactivate", "Open Tracker"}, True),
    "read only": ("days until all data is deleted", {"Activate subscriptions", "Deactivate", "Open Tracker"}, True),
    "active": ("Tracker is active", {"Deactivate", "Open Tracker"}, False),
    "balance negative": ("Pay $41.20 before", {"Deactivate", "Open Tracker"}, False),
    "deactivated": ("Tracker is off since", {"Activate"}, True),
    "deleting": ("Deleting data", set(), False),
    "deleted": ("Data was deleted on", {"Activate", "Deletion reports"}, False),
}
ACTIONS = {"Activate", "Activate subscriptions", "Deactivate", "Open Tracker", "Deletion reports"}


def actions(response: object) -> set[str]:
    """Which of the actions are on the page, as a whole button or link."""
    html = " ".join(response.content.decode().split()).partition("<main")[2]
    return {name for name in ACTIONS if any(f">{name}{end}" in html for end in ("</a>", "</button>", "<svg"))}


@pytest.mark.parametrize("state", ROWS)
def test_administrator_sees_headline_action_and_ruler(db: None, login: Login, state: str) -> None:
    org = company_in(state)
    headline, wanted, has_ruler = ROWS[state]
    response = login(org.memberships.get(role="owner")).get(url(org))
    assert headline in section(response, "life")
    assert actions(response) == wanted
    assert ('role="img"' in response.content.decode()) == has_ruler


@pytest.mark.parametrize("state", ROWS)
def test_employee_sees_the_state_and_whom_to_ask_no_price_and_no_prompt(db: None, login: Login, state: str) -> None:
    org = company_in(state)
    employee = add_member(org)
    User.objects.update(first_name="Ada", last_name="Lovelace")  # people are called Price, too
    response = login(employee).get(url(org))
    page = text(response)
    assert "Whom to ask" in page
    assert actions(response) <= {"Open Tracker"}
    lower = page.lower()
    for word in ("$", "price", "cost", "pay", "balance", "subscriptions to keep", "activate subscriptions", "monthly"):
        assert word not in lower, word


@pytest.mark.parametrize("state", ROWS)
def test_page_has_one_primary_action_at_most(db: None, login: Login, state: str) -> None:
    org = company_in(state)
    html = login(org.memberships.get(role="owner")).get(url(org)).content.decode()
    assert html.count("button--primary") <= 1
