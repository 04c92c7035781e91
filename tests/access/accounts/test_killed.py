"""kill -9 of real workers in the middle of an import of people: the next one goes on, nobody is created twice."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone

from access.accounts import csv_import
from access.accounts.csv_file import Checked
from access.members.accounts import Account
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.jobs import job_worker
from orgs.jobs.models import Job, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.accounts.conftest import DOMAIN
from tests.orgs.jobs.kills import live_through_kills
from tests.orgs.jobs.worker import stored
from tests.orgs.mail.processes import Portal, broker, portal
from tests.orgs.mail.sink import smtp_sink
from users.accounts.models import User

__all__ = ["broker", "portal", "smtp_sink"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("domain")]
HUNDRED, A_FEW, THOUSAND = 100, 200, 1000
BORN = dt.date(1990, 3, 27)


def begin(org: Organization, owner: Membership, number: int) -> Job:
    """An import of so many people, in a company whose limit an operator has raised."""
    Organization.objects.filter(pk=org.pk).update(account_limit=number + 1)
    people = [Account(f"P{n}", "Quinn", BORN, f"p{n}", DOMAIN) for n in range(number)]
    checked = Checked(ready=list(enumerate(people, 2)))
    given = {"level": Level.READ_ONLY, "with_mail": False, "actor": owner, "key": uuid.uuid4().hex}
    with company_scope(org.pk):
        return csv_import.start(org=org, checked=checked, now=database_now(), **given)


def expect_everybody_once(org: Organization, job: Job) -> None:
    done, number = stored(job), job.total
    assert (done.state, done.done, done.error) == (JobState.DONE, number, "")
    assert done.result["created"] == len(set(done.result["members"])) == number
    assert "failed" not in done.result
    emails = Membership.objects.filter(org=org, created_here=True).values_list("user__email", flat=True)
    assert Counter(emails) == Counter(f"p{n}@{DOMAIN}" for n in range(number))
    assert User.objects.filter(email__endswith=f"@{DOMAIN}").count() == number
    with company_scope(org.pk):
        assert AuditEvent.objects.filter(org=org, action="account.create").count() == number
        assert audit.broken_at(org) is None


@pytest.mark.parametrize(
    ("number", "kills"), [(A_FEW, 2), pytest.param(THOUSAND, 6, marks=pytest.mark.soak)], ids=["a few", "a thousand"]
)
def test_killed_workers_create_every_account_once(
    portal: Portal, org: Organization, owner: Membership, number: int, kills: int
) -> None:
    job = stored(begin(org, owner, number))
    assert live_through_kills(portal, job, kills) >= kills / 2
    assert stored(job).attempts > kills / 2
    expect_everybody_once(org, job)


@pytest.mark.parametrize("number", [HUNDRED, pytest.param(THOUSAND, marks=pytest.mark.soak)])
def test_accounts_are_counted_on_the_page_as_they_come(org: Organization, owner: Membership, number: int) -> None:
    """How long they take is printed."""
    job, client, shown, took = stored(begin(org, owner, number)), Client(), [], 0.0
    client.force_login(owner.user)
    while not stored(job).is_finished:
        began = time.perf_counter()
        job_worker.run_due(clock=timezone.now, seconds=0)
        took += time.perf_counter() - began
        page = client.get(f"/o/{org.slug}/jobs/{job.public_id}/progress/").content.decode()
        shown += [int(found) for found in re.findall(rf"(\d+) of {number} accounts created", page)]
    print(f"{number} accounts in {took:.1f} s")
    assert shown == list(range(csv_import.BATCH, number + 1, csv_import.BATCH))
    expect_everybody_once(org, job)
