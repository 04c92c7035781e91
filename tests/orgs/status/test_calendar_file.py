"""`Add dates to calendar`: the file that the settings page leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from tests.factories import add_member, make_administrator, make_company
from tests.orgs.lifecycle import ics
from tests.tracker_portal.pages import main
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
LINK = "Add dates to calendar"


def url(org: Organization) -> str:
    return reverse("orgs:tracker_calendar", args=[org.slug])


def settings_url(org: Organization) -> str:
    return reverse("tracker_portal:tracker_settings", args=[org.slug])


@pytest.fixture
def trial(db: None) -> Organization:
    return make_company("Acme", age_days=18)


def test_file_holds_the_dates_of_the_page(trial: Organization, login: Login) -> None:
    client = login(make_administrator(trial))
    outlook = client.get(settings_url(trial)).context["outlook"]
    response = client.get(url(trial))
    events = ics.parse(response.content.decode())
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="tracker-{trial.slug}.ics"'
    assert [ics.instant(event["DTSTART"]) for event in events] == [
        outlook.trial_ends_at.replace(microsecond=0),
        outlook.deletion_at.replace(microsecond=0),
    ]


def test_events_keep_their_identity_from_one_download_to_the_next(trial: Organization, login: Login) -> None:
    client = login(make_administrator(trial))
    first, second = (ics.parse(client.get(url(trial)).content.decode()) for _ in range(2))
    assert first
    assert [event["UID"] for event in first] == [event["UID"] for event in second]


def test_link_stands_where_dates_are_ahead(trial: Organization, org: Organization, login: Login) -> None:
    for company in (trial, org):
        response = login(make_administrator(company)).get(settings_url(company))
        assert LINK in main(response)
        assert url(company) in response.content.decode()


def test_link_is_not_shown_without_dates_and_to_employees(trial: Organization, org: Organization, login: Login) -> None:
    assert LINK not in main(login(add_member(trial)).get(settings_url(trial)))
    add_member(org, level=Level.FULL)
    assert LINK not in main(login(make_administrator(org)).get(settings_url(org)))
    past = timezone.now() - dt.timedelta(hours=1)
    Organization.objects.filter(pk=trial.pk).update(state=State.READ_ONLY, trial_ends_at=past, retention_ends_at=past)
    assert LINK not in main(login(make_administrator(trial)).get(settings_url(trial)))


def test_switched_off_tracker_has_a_date_too(trial: Organization, login: Login) -> None:
    administrator = make_administrator(trial)
    lifecycle.deactivate(org=trial, actor=administrator, now=timezone.now())
    client = login(administrator)
    assert LINK in main(client.get(settings_url(trial)))
    assert len(ics.parse(client.get(url(trial)).content.decode())) == 1


def test_old_link_without_dates_leads_back(org: Organization, member: Membership, login: Login) -> None:
    response = login(make_administrator(org)).get(url(org), follow=True)
    assert response.redirect_chain == [(settings_url(org), 302)]
    assert "There are no dates ahead." in main(response)


def test_employees_are_refused_and_outsiders_find_nothing(
    trial: Organization, outsider: Membership, login: Login
) -> None:
    assert login(add_member(trial)).get(url(trial)).status_code == 403
    assert login(outsider).get(url(trial)).status_code == 404
