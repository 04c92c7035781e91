"""Who may stage for whom, and why somebody has Full access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from orgs.people.models import Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.access.grants.conftest import FETCH, Browser, acts
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db
Browse = Callable[[Membership], Browser]


# --- who may ----------------------------------------------------------------------------------------------
def test_people_of_other_companies_cannot_be_staged(page: Browser, outsider: Membership) -> None:
    page.stage(outsider)
    assert page.draft() == {}


def test_act_of_another_company_is_no_act(
    page: Browser, browse: Browse, outsider: Membership, viewer: Membership, org: Organization
) -> None:
    page.give(viewer)
    other = browse(outsider)
    assert other.client.post(other.url(f"levels/{acts(org)[0].public_id}/undo/")).status_code == 404


@pytest.mark.parametrize("fields", [{"level": "root"}, {"member:x:full": "admin"}, {"member:": "full"}, {"a:b:c": "d"}])
def test_nonsense_stages_nothing(page: Browser, fields: dict[str, str]) -> None:
    assert page.client.post(page.url("levels/stage/"), fields, headers=FETCH).status_code == 200
    assert page.draft() == {}


def test_employee_stages_nothing(browse: Browse, viewer: Membership, login: Callable[[Membership], Client]) -> None:
    assert browse(viewer).stage(viewer).status_code == 403


# --- why --------------------------------------------------------------------------------------------------
def test_why_names_every_source_and_what_removing_it_would_change(
    page: Browser, team: Team, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    page.give(viewer)
    page.give(team)
    said = main(page.client.get(page.url(f"users/{viewer.public_id}/why/")))
    assert f"Why does {viewer.name} have Full access?" in said
    assert f"Team Platform Set by {admin.name}" in said
    assert f"Without it {viewer.name} keeps Full access. 0 seats less, $0.00 a month." in said
    assert said.index("Team Platform") < said.index("Personal setting") < said.index("Department Northwind Robotics")
    assert "Full access from any source wins." in said


def test_htmx_gets_the_sources_alone_and_caches_are_told(page: Browser, viewer: Membership) -> None:
    url = page.url(f"users/{viewer.public_id}/why/")
    whole, part = page.client.get(url), page.client.get(url, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert f"Why does {viewer.name} have" in part.content.decode()
    assert all("HX-Request" in response["Vary"] for response in (whole, part))
