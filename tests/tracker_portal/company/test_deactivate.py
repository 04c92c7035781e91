"""`Deactivate`: what it means stands there before; it is done once; the way back leads where the page said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.audit.models import AuditEvent
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member, make_administrator, make_company
from tests.orgs.lifecycle.companies import fill
from tests.tracker_portal.pages import main
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
TICKED = {"understood": "on"}
MISSED = "Tick the box to switch Tracker off."


def url(org: Organization) -> str:
    return reverse("orgs:tracker_deactivate", args=[org.slug])


def settings_url(org: Organization) -> str:
    return reverse("tracker_portal:tracker_settings", args=[org.slug])


def instant(at: dt.datetime) -> str:
    return f"{timezone.localtime(at, dt.timezone(dt.timedelta(hours=1))):%-d %b %Y, %H:%M} Europe/Berlin"


@pytest.fixture
def trial(db: None) -> Organization:
    return make_company("Acme", age_days=18)


def owner_of(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


# --- the page ---------------------------------------------------------------------------------------------
def test_page_says_who_loses_access_what_is_deleted_when_and_the_way_back(trial: Organization, login: Login) -> None:
    fill(trial, issues=3)
    add_member(trial, level=Level.FULL)
    response = login(owner_of(trial)).get(url(trial))
    page = main(response)
    assert "All 2 people in Acme lose access to issues at once." in page
    assert "1 of them has Full access." in page
    assert f"all data is deleted on {instant(response.context['kept_until'])}" in page
    assert "Issues 3 Comments 3 Queues 1" in page
    assert "Employee accounts, departments, teams, who has Full access, and everything about payment." in page
    assert "Any administrator can activate Tracker again until the data is deleted." in page
    assert "I understand that 2 people lose access at once" in page


def test_alone_one_person_loses_access(trial: Organization, login: Login) -> None:
    page = main(login(owner_of(trial)).get(url(trial)))
    assert "1 person in Acme loses access to issues at once." in page
    assert "I understand that 1 person loses access at once" in page


def test_looking_changes_nothing(trial: Organization, login: Login) -> None:
    assert login(owner_of(trial)).get(url(trial)).status_code == 200
    trial.refresh_from_db()
    assert trial.state == State.TRIAL


def test_date_of_the_page_is_the_date_of_the_act(trial: Organization, login: Login) -> None:
    client = login(owner_of(trial))
    said = client.get(url(trial)).context["kept_until"]
    client.post(url(trial), TICKED)
    trial.refresh_from_db()
    assert dt.timedelta(0) <= trial.retention_ends_at - said < dt.timedelta(minutes=1)


def test_clock_that_runs_already_is_not_moved(org: Organization, owner: Membership, login: Login) -> None:
    client = login(owner)
    assert client.get(url(org)).context["kept_until"] == org.trial_ends_at + lifecycle.RETENTION
    client.post(url(org), TICKED)
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.DEACTIVATED, org.trial_ends_at + lifecycle.RETENTION)


# --- the act ----------------------------------------------------------------------------------------------
def test_ticked_box_switches_tracker_off(trial: Organization, login: Login) -> None:
    response = login(owner_of(trial)).post(url(trial), TICKED, follow=True)
    trial.refresh_from_db()
    assert response.redirect_chain == [(settings_url(trial), 302)]
    assert trial.state == State.DEACTIVATED
    assert re.search(r"Tracker is off\. Data is kept until \d+ \w+ \d{4}\.", main(response))
    assert login(add_member(trial)).get(reverse("issues:issue_list", args=[trial.slug])).status_code == 403


@pytest.mark.parametrize("body", [{}, {"understood": ""}, {"understood": "false"}])
def test_box_that_is_not_ticked_is_an_error_at_the_field(
    trial: Organization, login: Login, body: dict[str, str]
) -> None:
    response = login(owner_of(trial)).post(url(trial), body)
    trial.refresh_from_db()
    assert response.status_code == 400
    assert response.context["form"].errors == {"understood": [MISSED]}
    assert main(response).count(MISSED) == 2, "at the field and in the summary"
    assert "<title>\n      \n        Error:" in response.content.decode()
    assert trial.state == State.TRIAL


def test_second_post_lands_on_the_settings_and_does_nothing(trial: Organization, login: Login) -> None:
    client = login(owner_of(trial))
    client.post(url(trial), TICKED)
    trial.refresh_from_db()
    first = trial.retention_ends_at
    response = client.post(url(trial), TICKED, follow=True)
    trial.refresh_from_db()
    assert "Tracker is off already." in main(response)
    assert trial.retention_ends_at == first
    with company_scope(trial.pk):
        assert AuditEvent.objects.filter(org=trial, action="tracker.deactivate").count() == 1


def test_refusal_of_the_verb_is_shown(trial: Organization, login: Login) -> None:
    """Two posts at once: the other one switches Tracker off after this one has looked and before it has the lock."""

    def come_first(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "FOR UPDATE" in sql:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE orgs_organization SET state = 'deactivated', retention_ends_at = now()")
        return execute(sql, *rest)

    client = login(owner_of(trial))
    with connection.execute_wrapper(come_first):
        response = client.post(url(trial), TICKED)
    assert (response.status_code, response.url) == (302, settings_url(trial))
    page = main(client.get(settings_url(trial)))
    assert "Tracker is Deactivated, so this cannot be done now." in page


@pytest.mark.parametrize("state", [State.INACTIVE, State.DEACTIVATED, State.DELETING, State.DELETED])
@pytest.mark.parametrize("method", ["get", "post"])
def test_tracker_that_is_off_leads_back(
    org: Organization, owner: Membership, login: Login, state: State, method: str
) -> None:
    Organization.objects.filter(pk=org.pk).update(
        state=state, retention_ends_at=timezone.now(), deactivated_at=timezone.now(), deleted_at=timezone.now()
    )
    response = getattr(login(owner), method)(url(org), TICKED, follow=True)
    assert response.redirect_chain == [(settings_url(org), 302)]
    assert "Tracker is off already." in main(response)
    org.refresh_from_db()
    assert org.state == state


def test_only_administrators_may(trial: Organization, outsider: Membership, login: Login) -> None:
    for method in ("get", "post"):
        assert getattr(login(add_member(trial)), method)(url(trial), TICKED).status_code == 403
        assert getattr(login(outsider), method)(url(trial), TICKED).status_code == 404
    trial.refresh_from_db()
    assert trial.state == State.TRIAL


# --- the link to it ---------------------------------------------------------------------------------------
def test_settings_lead_to_it_while_tracker_is_on(trial: Organization, org: Organization, login: Login) -> None:
    for company in (trial, org):  # in its trial, and Read only
        assert url(company) in login(make_administrator(company)).get(settings_url(company)).content.decode()
        assert url(company) not in login(add_member(company)).get(settings_url(company)).content.decode()
    add_member(org, level=Level.FULL)  # and now active
    assert url(org) in login(owner_of(org)).get(settings_url(org)).content.decode()


def test_settings_do_not_lead_to_it_when_tracker_is_off(trial: Organization, login: Login) -> None:
    lifecycle.deactivate(org=trial, actor=owner_of(trial), now=timezone.now())
    assert url(trial) not in login(owner_of(trial)).get(settings_url(trial)).content.decode()


# --- the way back -----------------------------------------------------------------------------------------
def reactivate(org: Organization, client: Client) -> None:
    client.post(reverse("orgs:tracker_activate", args=[org.slug]))
    org.refresh_from_db()


def test_way_back_to_the_trial(trial: Organization, login: Login) -> None:
    client = login(owner_of(trial))
    said = "the free trial goes on until"
    assert said in main(client.get(url(trial)))
    client.post(url(trial), TICKED)
    assert said in main(client.get(settings_url(trial)))
    reactivate(trial, client)
    assert (trial.state, trial.retention_ends_at) == (State.TRIAL, None)


def test_way_back_for_people_with_full_access(
    org: Organization, owner: Membership, member: Membership, login: Login
) -> None:
    client = login(owner)
    said = "Once it is activated again, 1 person with Full access goes on working."
    assert said in main(client.get(url(org)))
    client.post(url(org), TICKED)
    assert said in main(client.get(settings_url(org)))
    reactivate(org, client)
    assert (org.state, org.retention_ends_at) == (State.ACTIVE, None)


def test_way_back_to_read_only_keeps_the_date(org: Organization, owner: Membership, login: Login) -> None:
    client = login(owner)
    said = "Tracker is Read only and the date of the deletion stays. Give Full access to at least one person."
    assert said in main(client.get(url(org)))
    client.post(url(org), TICKED)
    assert said in main(client.get(settings_url(org)))
    reactivate(org, client)
    assert (org.state, org.retention_ends_at) == (State.READ_ONLY, org.trial_ends_at + lifecycle.RETENTION)
