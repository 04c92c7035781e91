"""A queue with an issue in it, and what tests of pages ask again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from issues.issue import writing
from issues.issue.models import Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope


@pytest.fixture
def queue(org: Organization, member: Membership, now: dt.datetime) -> Queue:
    """The queue ROB, led by `member`."""
    with company_scope(org.pk):
        return queues.create(org=org, key="ROB", name="Robotics", actor=member, now=now)


@pytest.fixture
def issue(queue: Queue, member: Membership, now: dt.datetime) -> Issue:
    """ROB-1, written by `member`."""
    with company_scope(queue.org_id):
        return writing.create_issue(
            queue=queue, actor=member, now=now, summary="Gripper loses calibration", description="After a warm restart."
        )


@pytest.fixture
def url(org: Organization) -> Callable[[str], str]:
    """The path of a page of the company."""
    return lambda path: f"/o/{org.slug}/{path}"


@pytest.fixture
def writer(login: Callable[[Membership], Client], member: Membership) -> Client:
    """`member` in front of a browser."""
    return login(member)


@pytest.fixture
def reader(login: Callable[[Membership], Client], viewer: Membership) -> Client:
    """`viewer` in front of a browser."""
    return login(viewer)


def mails(org: Organization) -> list[Mail]:
    """The company's mails about issues, oldest first."""
    with company_scope(org.pk):
        return list(Mail.objects.filter(org=org, key__startswith="issue:").order_by("id"))


def stored(issue: Issue) -> Issue:
    """The issue as the database has it."""
    with company_scope(issue.org_id):
        return Issue.objects.of(issue.org_id).select_related("assignee").get(pk=issue.pk)
