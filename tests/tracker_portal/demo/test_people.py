"""The demo's company has what is needed to try every way in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.tracker_portal.pages import main
from tracker_portal.demo import people
from users.accounts.models import User


@pytest.fixture
def northwind(db: None, now: dt.datetime) -> tuple[Organization, Membership]:
    users = people.make_users("northwind.example", 2)
    org, members = people.make_company(
        "Northwind Robotics", users=users, country="DE", time_zone="Europe/Berlin", started_at=now
    )
    return org, members[0]


def test_accounts_can_be_created_on_its_domain(
    northwind: tuple[Organization, Membership], login: Callable[[Membership | User], Client], now: dt.datetime
) -> None:
    org, owner = northwind
    client = login(owner)
    page, imported = (reverse(f"access:{name}", args=[org.slug]) for name in ("user_create", "people_import"))
    assert "One more time" not in main(client.get(page)), "the control: not without a domain"
    people.verify_domain(owner, "northwind.example", now=now)
    assert "@northwind.example" in main(client.get(page))
    assert "One more time" in main(client.get(page))
    assert client.get(imported).status_code == 200
