"""Numbers of issues when many people create them at once."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from issues.issue import writing
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope

THREADS = 8


def create(queue: Queue, member: Membership, now: dt.datetime, token: uuid.UUID) -> int:
    """Creates one issue on a connection of its own and returns its number."""
    try:
        with company_scope(queue.org_id):
            return writing.create_issue(queue=queue, actor=member, now=now, summary="x", token=token).number
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_issues_created_at_once_get_consecutive_numbers(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        numbers = list(pool.map(lambda _: create(queue, member, now, uuid.uuid4()), range(24)))
    assert sorted(numbers) == list(range(1, 25))
    with company_scope(queue.org_id):
        queue.refresh_from_db()
    assert (queue.last_number, queue.issue_count) == (24, 24)


@pytest.mark.django_db(transaction=True)
def test_form_sent_many_times_at_once_creates_one_issue(queue: Queue, member: Membership, now: dt.datetime) -> None:
    token = uuid.uuid4()
    with ThreadPoolExecutor(THREADS) as pool:
        numbers = set(pool.map(lambda _: create(queue, member, now, token), range(16)))
    assert numbers == {1}
    with company_scope(queue.org_id):
        queue.refresh_from_db()
        assert Issue.objects.count() == 1
    assert (queue.last_number, queue.issue_count) == (1, 1)
