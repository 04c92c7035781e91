"""Jobs, the company whose Tracker was exported, and one whose Tracker waits for the archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orgs.jobs import jobs
from orgs.jobs.models import Job
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.jobs.archives import Files, archive_of, export, fill, unpacked
from tests.orgs.jobs.runners import KINDS
from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]

Start = Callable[..., Job]


@pytest.fixture(autouse=True)
def storage(settings: object, tmp_path: Path) -> Path:
    """Files of a test go away with it; the kinds that count stand beside the product's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOB_RUNNERS = settings.JOB_RUNNERS | KINDS
    return settings.MEDIA_ROOT


@pytest.fixture
def start() -> Start:
    """Starts a job of a kind for a member."""

    def begin(kind: str, member: Membership, key: str = "", **parameters: object) -> Job:
        with company_scope(member.org_id):
            key = key or f"{kind} {Job.objects.filter(org=member.org_id).count()}"
            return jobs.start(org=member.org, kind=kind, actor=member, key=key, now=database_now(), **parameters)[0]

    return begin


@pytest.fixture
def target() -> Organization:
    """Another company in its free trial, with an empty Tracker."""
    return make_company("Westwind", age_days=1)


@pytest.fixture
def source(org: Organization, admin: Membership, member: Membership) -> Files:
    """The archive of a company with something of everything."""
    fill(org, member, admin)
    return unpacked(archive_of(export(org, admin)))
