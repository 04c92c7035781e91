"""A company demands a second step at login of those who run it: the switch, and the wall on every request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from orgs.audit.models import AuditEvent
from orgs.companies import security
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_administrator
from tests.guards.routes import company_routes
from tests.tracker_portal.pages import main, text
from tests.tracker_portal.queries import queries_of
from tests.users import codes
from users.permissions import Who

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
RESTING = "Set up your second step first"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def strict(org: Organization) -> Organization:
    """Demands a second step."""
    Organization.objects.filter(pk=org.pk).update(requires_two_factor=True)
    org.refresh_from_db()
    return org


def url_of(org: Organization) -> str:
    return reverse("tracker_portal:company_security", args=[org.slug])


def events(org: Organization) -> list[object]:
    with company_scope(org.pk):
        return list(AuditEvent.objects.filter(org=org, action="security.two_factor").values_list("data", flat=True))


# --- the wall ---------------------------------------------------------------------------------------------
def administration_urls(org: Organization) -> dict[str, str]:
    """Pages of administration that name no object."""
    routes = [route for route in company_routes() if route.door.is_administration and not route.names_an_object]
    assert len(routes) >= 2
    return {route.name: reverse(route.name, args=[org.slug]) for route in routes}


def resting(client: Client, urls: dict[str, str]) -> set[str]:
    """The pages that answer only with the way to a second step."""
    asked = {(name, method): getattr(client, method)(url) for name, url in urls.items() for method in ("get", "post")}
    return {name for (name, _), page in asked.items() if page.status_code == 403 and RESTING in page.content.decode()}


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_administration_rests_without_a_second_step(
    who: str, strict: Organization, login: Login, request: pytest.FixtureRequest
) -> None:
    urls = administration_urls(strict)
    client = login(request.getfixturevalue(who))
    for_owners = {route.name for route in company_routes() if route.door.who == Who.OWNER}
    mine = {name for name in urls if who == "owner" or name not in for_owners}
    assert resting(client, urls) == mine


@pytest.mark.parametrize("who", ["owner", pytest.param("admin", marks=pytest.mark.soak)])
def test_control_it_opens_where_nothing_is_demanded(
    who: str, org: Organization, login: Login, request: pytest.FixtureRequest
) -> None:
    assert resting(login(request.getfixturevalue(who)), administration_urls(org)) == set()


def test_second_step_opens_administration_on_the_next_request_and_its_loss_shuts_it(
    strict: Organization, owner: Membership, login: Login
) -> None:
    client = login(owner)
    assert client.get(url_of(strict)).status_code == 403
    codes.give_app(owner.user)
    assert client.get(url_of(strict)).status_code == 200
    owner.user.authenticator_set.all().delete()
    assert client.get(url_of(strict)).status_code == 403


def test_recovery_codes_alone_open_nothing(strict: Organization, owner: Membership, login: Login) -> None:
    codes.give_recovery_codes(owner.user)
    assert login(owner).get(url_of(strict)).status_code == 403


def test_second_step_of_somebody_else_opens_nothing(
    strict: Organization, owner: Membership, admin: Membership, login: Login
) -> None:
    codes.give_app(admin.user)
    assert login(owner).get(url_of(strict)).status_code == 403


@pytest.mark.parametrize("who", ["owner", "member"])
def test_work_goes_on_without_a_second_step(
    who: str, strict: Organization, login: Login, request: pytest.FixtureRequest
) -> None:
    client = login(request.getfixturevalue(who))
    for name in ("tracker_portal:company", "orgs:people", "issues:issue_list"):
        assert client.get(reverse(name, args=[strict.slug])).status_code == 200


def test_the_demand_is_of_one_company(strict: Organization, owner: Membership, outsider: Membership) -> None:
    assert not outsider.org.requires_two_factor


def test_page_leads_to_the_set_up_and_back(strict: Organization, owner: Membership, login: Login) -> None:
    client, url = login(owner), url_of(strict)
    refused = client.get(url)
    assert "demands a second step at login" in main(refused)
    way = f"{reverse('mfa_index')}?next={quote(url, safe='')}"
    assert f'href="{way}"' in refused.content.decode()
    assert "Afterwards you go back" in main(client.get(way))
    codes.again(client)
    secret = codes.offered_secret(client.get(reverse("mfa_activate_totp")))
    done = client.post(reverse("mfa_activate_totp"), {"code": codes.code_of(secret)}, follow=True)
    assert "Go back to the page you came from" in main(done)
    assert client.post(reverse("security_return")).url == url
    assert client.get(url).status_code == 200
    assert client.post(reverse("security_return")).url == reverse("mfa_index")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_way_back_leads_nowhere_else(target: str, owner: Membership, login: Login) -> None:
    client = login(owner)
    client.get(reverse("mfa_index"), {"next": target})
    assert client.post(reverse("security_return")).url == reverse("mfa_index")


# --- the switch -------------------------------------------------------------------------------------------
def test_owner_with_a_second_step_switches_it_on_and_off(org: Organization, owner: Membership, login: Login) -> None:
    codes.give_app(owner.user)
    client = login(owner)
    codes.again(client)
    on = client.post(url_of(org), {"demanded": "on"}, follow=True)
    assert "Owners and administrators now need a second step." in text(on)
    client.post(url_of(org), {})
    org.refresh_from_db()
    assert not org.requires_two_factor
    assert events(org) == [{"demanded": True}, {"demanded": False}]


def test_owner_without_one_cannot_switch_it_on(org: Organization, owner: Membership, login: Login) -> None:
    client = login(owner)
    codes.again(client)
    refused = client.post(url_of(org), {"demanded": "on"})
    assert refused.status_code == 400
    assert "Set up your own second step first" in main(refused)
    org.refresh_from_db()
    assert not org.requires_two_factor
    assert events(org) == []


def test_switch_is_thrown_only_after_showing_who_one_is(org: Organization, owner: Membership, login: Login) -> None:
    codes.give_app(owner.user)
    client = login(owner)
    assert "Show that it is you" in main(client.get(url_of(org)))
    asked = client.post(url_of(org), {"demanded": "on"})
    assert asked.url == f"{reverse('account_reauthenticate')}?next={quote(url_of(org), safe='')}"
    org.refresh_from_db()
    assert not org.requires_two_factor


def test_verb_refuses_who_is_no_owner_any_more(org: Organization, owner: Membership, now: dt.datetime) -> None:
    codes.give_app(owner.user)
    Membership.objects.filter(pk=owner.pk).update(role=Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="Only an owner"):
        security.demand_two_factor(org=org, actor=owner, demanded=True, now=now)


def test_switching_on_twice_is_one_event(org: Organization, owner: Membership, now: dt.datetime) -> None:
    codes.give_app(owner.user)
    for _ in range(2):
        security.demand_two_factor(org=org, actor=owner, demanded=True, now=now)
    assert events(org) == [{"demanded": True}]


def test_page_shows_who_has_a_second_step(
    org: Organization, owner: Membership, admin: Membership, login: Login
) -> None:
    codes.give_app(owner.user)
    page = main(login(owner).get(url_of(org)))
    assert f"{owner.name} Owner Second step set up" in page
    assert f"{admin.name} Administrator No second step" in page


def test_queries_do_not_grow_with_the_administrators(org: Organization, owner: Membership, login: Login) -> None:
    client = login(owner)
    before = queries_of(client, url_of(org))
    for _ in range(5):
        make_administrator(org)
    assert queries_of(client, url_of(org)) == before <= 12


def test_company_sees_who_has_a_second_step_and_never_its_secret(org: Organization, owner: Membership) -> None:
    codes.give_app(owner.user)
    with company_scope(org.pk):
        assert owner.user.authenticator_set.filter(type="totp").exists()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            list(owner.user.authenticator_set.values_list("data", flat=True))
