"""The pages of a refusal: why, whom to ask, the way on, and what was typed."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from tests.factories import add_member
from tests.tracker_portal.pages import main, text
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
TYPED = "A comment that took ten minutes.\n\n<script>alert(1)</script> & more."


def kept(response: HttpResponse) -> list[str]:
    """The texts in the page's fields, as a browser would show them."""
    areas = re.findall(r"<textarea[^>]*readonly[^>]*>\n?(.*?)</textarea>", response.content.decode(), flags=re.S)
    return [html.unescape(area).replace("\r\n", "\n") for area in areas]


def comment(client: Client, org: Organization, **fields: str) -> HttpResponse:
    return client.post(f"/o/{org.slug}/issues/ROB-1/comments/", {"text": TYPED, "next": "/somewhere/else", **fields})


@pytest.fixture
def reader(org: Organization) -> Membership:
    """An employee of a company that is Read only since its trial ended."""
    return add_member(org)


def test_text_is_kept_when_access_is_lost(org: Organization, reader: Membership, login: Login) -> None:
    response = comment(login(reader), org)
    assert response.status_code == 403
    page = main(response)
    assert "Not saved: you have Read only access" in page
    assert "The Tracker trial at Northwind Robotics ended on" in page
    assert "Your text is kept." in page
    assert kept(response) == [TYPED]
    assert "<script>alert" not in response.content.decode()


def test_each_kept_text_has_a_label(org: Organization, reader: Membership, login: Login) -> None:
    response = comment(login(reader), org, summary="The gripper loses its calibration")
    page = response.content.decode()
    assert len(kept(response)) == 2
    assert re.findall(r'<label class="field__label" for="(kept-\d)">', page) == ["kept-1", "kept-2"]
    assert re.findall(r'<textarea[^>]*id="(kept-\d)"', page) == ["kept-1", "kept-2"]


def test_reader_is_told_whom_to_ask_and_the_way_back(
    org: Organization, owner: Membership, reader: Membership, login: Login
) -> None:
    page = main(comment(login(reader), org))
    assert owner.name in page
    assert "Back to issues" in page


def test_page_that_only_would_write_keeps_no_text(org: Organization, reader: Membership, login: Login) -> None:
    response = login(reader).get(reverse("issues:issue_create", args=[org.slug]))
    assert response.status_code == 403
    assert main(response).startswith("You have Read only access")
    assert "Your text is kept." not in main(response)


@pytest.mark.parametrize(
    ("state", "status", "title"),
    [
        (State.INACTIVE, 403, "Tracker is not active"),
        (State.DEACTIVATED, 403, "Tracker is switched off"),
        (State.DELETING, 410, "Tracker’s data was deleted"),
        (State.DELETED, 410, "Tracker’s data was deleted"),
    ],
)
def test_tracker_that_is_off_says_so(
    *,
    org: Organization,
    owner: Membership,
    reader: Membership,
    login: Login,
    now: dt.datetime,
    state: State,
    status: int,
    title: str,
) -> None:
    Organization.objects.filter(pk=org.pk).update(state=state, deleted_at=now, retention_ends_at=now)
    issues = reverse("issues:issue_list", args=[org.slug])
    employees, administrators = login(reader).get(issues), login(owner).get(issues)
    assert employees.status_code == administrators.status_code == status
    assert main(employees).startswith(title)
    assert owner.name in main(employees)
    assert "Tracker settings" not in main(employees)
    assert "Tracker settings" in main(administrators)
    assert "Whom to ask" not in main(administrators)
    assert kept(comment(login(reader), org)) == [TYPED]


def test_blocked_person_is_told_whom_to_ask(
    org: Organization, owner: Membership, reader: Membership, login: Login, now: dt.datetime
) -> None:
    Membership.objects.filter(pk=reader.pk).update(blocked_at=now)
    response = login(reader).get(reverse("tracker_portal:company", args=[org.slug]))
    assert response.status_code == 403
    assert "Your account is blocked in Northwind Robotics. An administrator can unblock it." in main(response)
    assert owner.name in main(response)
    assert "Switch company" in main(response)


def test_employee_cannot_open_an_administrators_page(org: Organization, reader: Membership, login: Login) -> None:
    response = login(reader).post(reverse("orgs:tracker_activate", args=[org.slug]))
    assert response.status_code == 403
    assert "Only administrators can open this page" in main(response)
    assert text(response).startswith("Only administrators can open this page · Tracker · Northwind Robotics")


def test_state_at_the_second_counts_not_the_stored_one(org: Organization, reader: Membership, login: Login) -> None:
    """The job that moves the state has not run: the trial is over all the same."""
    assert Organization.objects.get(pk=org.pk).state == State.TRIAL
    assert lifecycle.state_at(org, org.trial_ends_at) == State.READ_ONLY
    assert comment(login(reader), org).status_code == 403
