"""The pages of `tests/access/wall/urls.py`, beside the product's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from orgs.people.models import Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.access.wall import urls


@pytest.fixture(autouse=True)
def wall_urls(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.urls"
    urls.gate = urls.Gate()


@pytest.fixture
def teams(org: Organization) -> Callable[[], int]:
    """How many rows the test pages have written into the company."""

    def count() -> int:
        with platform_scope():
            return Team.objects.filter(org=org).count()

    return count


@pytest.fixture
def ask(login: Callable[[Membership], Client], org: Organization) -> Callable[[Membership, str, str], int]:
    """Asks for a test page by some method as somebody; the status of the answer."""

    def asked(who: Membership, door: str, method: str) -> int:
        return int(getattr(login(who), method)(f"/o/{org.slug}/test/{door}/").status_code)

    return asked


@pytest.fixture
def post(ask: Callable[[Membership, str, str], int]) -> Callable[[Membership, str], int]:
    return lambda who, door: ask(who, door, "post")
