"""The ways to bring people in, above `All users`: what each leads to, and why one is off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from orgs.domains.models import Domain, DomainState
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.people.pages import text
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


@pytest.fixture
def link_domain(org: Organization, now: dt.datetime) -> Callable[..., None]:
    def link(name: str, *, state: str = DomainState.VERIFIED, is_primary: bool = False) -> None:
        dates = dict.fromkeys(("added_at", "verified_at", "checked_at"), now)
        with company_scope(org.pk):
            Domain.objects.create(org=org, name=name, challenge="x", state=state, is_primary=is_primary, **dates)

    return link


def menu(client: Client, users: str) -> str:
    html = client.get(users).content.decode()
    return html.partition('class="split"')[2].partition("</details>")[0]


def test_menu_names_the_domain_and_how_many_accounts_fit(
    users: str, org: Organization, admin: Membership, login: Login, link_domain
) -> None:
    link_domain("another.example")
    link_domain("northwind.example", is_primary=True)
    seen = text(login(admin).get(users))
    assert "Create user account Login on northwind.example" in seen
    free = org.account_limit - org.memberships.current().count()
    assert f"Import from CSV Up to {free} more accounts" in seen
    assert "aria-disabled" not in menu(login(admin), users)


def test_domain_is_shown_as_it_is_written(users: str, admin: Membership, login: Login, link_domain) -> None:
    link_domain("xn--mnchen-3ya.example", is_primary=True)
    assert "Login on münchen.example" in text(login(admin).get(users))


@pytest.mark.parametrize("state", [None, DomainState.UNVERIFIED])
def test_without_a_verified_domain_accounts_are_not_created_and_the_menu_says_why(
    users: str, org: Organization, admin: Membership, login: Login, link_domain, state: str | None
) -> None:
    if state:
        link_domain("northwind.example", state=state)
    found = menu(login(admin), users)
    assert found.count('aria-disabled="true"') == 1
    assert f'href="{users}users/new/"' not in found
    assert "Link an email domain first." in found
    assert f'href="/o/{org.slug}/company/domains/"' in found
    assert f'href="{users}invite/"' in found
    assert f'href="{users}import/"' in found


def test_domain_of_another_company_does_not_count(
    users: str, admin: Membership, outsider: Membership, login: Login, link_domain, now: dt.datetime
) -> None:
    dates = dict.fromkeys(("added_at", "verified_at", "checked_at"), now)
    with company_scope(outsider.org_id):
        row = {"name": "southwind.example", "challenge": "x", "state": DomainState.VERIFIED, "is_primary": True}
        Domain.objects.create(org=outsider.org, **row, **dates)
    assert "southwind.example" not in login(admin).get(users).content.decode()


def test_full_company_says_so_above_the_list_and_at_every_way_in(
    users: str, org: Organization, people, admin: Membership, login: Login, link_domain
) -> None:
    link_domain("northwind.example", is_primary=True)
    client, number = login(admin), org.memberships.current().count()
    note = f"{number} of {number} accounts. To add more, contact support."
    assert note not in text(client.get(users))
    Organization.objects.filter(pk=org.pk).update(account_limit=number)
    assert note in text(client.get(users))
    found = menu(client, users)
    assert found.count('aria-disabled="true"') == 3
    assert f"has reached {number} accounts. To add more, contact support: {settings.SUPPORT_EMAIL}." in found
    for path in ("invite/", "users/new/", "import/"):
        assert f'href="{users}{path}"' not in found
    Membership.objects.filter(pk=people["Maya"].pk).update(blocked_at=people["Maya"].joined_at)
    assert note not in text(client.get(users)), "a blocked person leaves a place"


@pytest.mark.parametrize("free", [1, 0])
def test_inactive_control_is_described_by_what_it_opens(
    users: str, org: Organization, admin: Membership, login: Login, free: int
) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=org.memberships.current().count() + free)
    found = menu(login(admin), users)
    controls = [
        part.partition(">")[0] for part in found.split("<button")[1:] if "aria-disabled" in part.partition(">")[0]
    ]
    assert controls
    for control in controls:
        popover = control.partition('popovertarget="')[2].partition('"')[0]
        assert f'id="{popover}"' in found
        assert f'aria-describedby="{popover}-text"' in control
        assert f'id="{popover}-text"' in found
        assert "disabled " not in control.replace("aria-disabled", "")
