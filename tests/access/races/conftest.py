"""The test pages of `tests/access/wall/urls.py` are what members write through here."""

from __future__ import annotations

import pytest

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.access.wall import urls
from tests.factories import add_member


@pytest.fixture(autouse=True)
def wall_urls(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.urls"
    urls.gate = urls.Gate()


@pytest.fixture
def colleague(org: Organization) -> Membership:
    """Keeps the company subscribed when the member's seat goes."""
    return add_member(org, level=Level.FULL)
