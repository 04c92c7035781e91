"""The operator's pages: companies are shown, acts are audited, nothing is edited directly, nobody else gets in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.lifecycle.models import Brake
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.users import codes
from users import permissions
from users.accounts.models import User


@pytest.fixture
def operator(stranger: User, login: Callable[..., Client]) -> Client:
    stranger.is_staff = True
    stranger.save()
    client = login(stranger)
    codes.again(client)
    return client


def page(org: Organization) -> str:
    return f"/operator/orgs/organization/{org.pk}/change/"


def acts(org: Organization) -> list[tuple[str, dict[str, object]]]:
    with company_scope(org.pk):
        events = AuditEvent.objects.filter(action__contains="operator") | AuditEvent.objects.filter(
            action="tracker.trial_extend"
        )
        assert audit.broken_at(org) is None
        return [(event.action, event.data) for event in events.order_by("number")]


def test_operator_sees_companies_with_the_state_that_counts(operator: Client, org: Organization) -> None:
    listing = operator.get("/operator/orgs/organization/")
    assert listing.status_code == 200
    assert "Read only" in listing.content.decode()
    assert operator.get(page(org)).status_code == 200


def test_pages_do_not_exist_for_anybody_else(
    org: Organization, owner: Membership, login: Callable[..., Client]
) -> None:
    for path in ("/operator/", "/operator/orgs/organization/", page(org), "/operator/login/"):
        assert login(owner).get(path).status_code == 404
        assert Client().get(path).status_code == 302


def test_limit_is_raised_with_a_reason(operator: Client, org: Organization) -> None:
    assert operator.post(page(org), {"account_limit": 2000, "reason": "Grew"}).status_code == 302
    org.refresh_from_db()
    assert org.account_limit == 2000
    [(action, data)] = acts(org)
    assert action == "operator.account_limit"
    assert (data["from"], data["to"], data["reason"]) == (1000, 2000, "Grew")


def test_an_act_needs_a_reason(operator: Client, org: Organization) -> None:
    assert operator.post(page(org), {"account_limit": 2000, "reason": ""}).status_code == 200
    org.refresh_from_db()
    assert org.account_limit == 1000


def test_extension_brings_a_company_back_from_read_only(operator: Client, org: Organization, now: dt.datetime) -> None:
    operator.post(page(org), {"account_limit": 1000, "extend_trial_days": 7, "reason": "Asked for a week"})
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.TRIAL, None)
    assert org.trial_ends_at > now + dt.timedelta(days=7) - dt.timedelta(seconds=5)
    assert [action for action, _ in acts(org)] == ["tracker.trial_extend"]


def test_hold_is_set_and_released(operator: Client, org: Organization) -> None:
    operator.post(page(org), {"account_limit": 1000, "hold": "on", "reason": "Court order"})
    org.refresh_from_db()
    assert org.deletion_held_at is not None
    operator.post(page(org), {"account_limit": 1000, "reason": "Lifted"})
    org.refresh_from_db()
    assert org.deletion_held_at is None
    assert [action for action, _ in acts(org)] == ["operator.deletion_hold", "operator.deletion_release"]


def test_state_and_instants_cannot_be_posted(operator: Client, org: Organization) -> None:
    before = Organization.objects.values("state", "trial_ends_at", "slug").get(pk=org.pk)
    operator.post(page(org), {"account_limit": 1000, "reason": "x", "state": "active", "slug": "mine"})
    assert Organization.objects.values("state", "trial_ends_at", "slug").get(pk=org.pk) == before


def test_brake_is_pulled_and_released(operator: Client) -> None:
    form = {"reason": "Strange clock", "pulled_at_0": "2026-11-23", "pulled_at_1": "10:00:00"}
    assert operator.post("/operator/orgs/brake/add/", form).status_code == 302
    assert Brake.objects.filter(released_at=None).count() == 1


def test_operator_logs_out_of_everything(operator: Client) -> None:
    """The POST is passed on as a POST, to the product's own page."""
    left = operator.post("/operator/logout/", follow=True)
    assert left.redirect_chain == [("/logout/", 307), ("/", 302)]
    assert "_auth_user_id" not in operator.session
    assert operator.get("/operator/").status_code == 302


# --- acts ask again who it is -----------------------------------------------------------------------------------
@pytest.fixture
def left_open(operator: Client, time_machine: Any) -> Client:
    """The operator's browser, five minutes later."""
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=5, seconds=1))
    return operator


def test_act_asks_again_after_five_minutes(left_open: Client, org: Organization) -> None:
    answer = left_open.post(page(org), {"account_limit": 2000, "reason": "Grew"})
    assert (answer.status_code, answer["Location"]) == (302, f"/login/again/?next={quote(page(org), safe='')}")
    org.refresh_from_db()
    assert org.account_limit == 1000
    codes.again(left_open)
    left_open.post(page(org), {"account_limit": 2000, "reason": "Grew"})  # the control
    org.refresh_from_db()
    assert org.account_limit == 2000


def test_page_says_before_anything_is_typed_that_it_will_ask(left_open: Client, org: Organization) -> None:
    asks = f'href="/login/again/?next={quote(page(org), safe="")}"'
    assert asks in left_open.get(page(org)).content.decode()
    codes.again(left_open)
    assert asks not in left_open.get(page(org)).content.decode()


@pytest.mark.parametrize("name", ["orgs_organization_change", "users_user_change", "billing_topup_change"])
def test_what_moves_money_or_resets_a_second_step_asks_again(name: str) -> None:
    assert permissions.of_operator_page(name) == permissions.operator_acts_again.get_and_post


def test_off_switch_does_not(left_open: Client) -> None:
    assert left_open.post("/operator/orgs/brake/add/", {"reason": "Something is wrong"}).status_code in (200, 302)
    assert permissions.of_operator_page("orgs_brake_add") == permissions.operator_acts.get_and_post
