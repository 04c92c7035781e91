"""Jobs, the company whose Tracker was exported, and one whose Tracker waits for the archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from orgs.jobs import jobs
from orgs.jobs.models import Job
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member, make_administrator, make_company
from tests.orgs.jobs.archives import Files, archive_of, export, fill, unpacked
from tests.orgs.jobs.runners import KINDS
from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink
from tests.orgs.savepoints import undone

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


@pytest.fixture(scope="session")
def archived(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    """Such an archive of a company that is nowhere any more: made once, for those who only look what is made of it."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, undone():
        org = make_company()
        admin = make_administrator(org)
        fill(org, add_member(org, level=Level.FULL), admin)
        return unpacked(archive_of(export(org, admin)))


@pytest.fixture
def source(org: Organization, admin: Membership, member: Membership) -> Files:
    """The archive of a company with something of everything."""
    fill(org, member, admin)
    return unpacked(archive_of(export(org, admin)))
