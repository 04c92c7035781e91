"""Queues are created and their settings changed: the key, and settings that somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

Url = Callable[[str], str]


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("rob", "Another queue has this key."),
        ("R2", "Latin letters only"),
        ("РОБ", "Latin letters only"),
        ("A" * 16, "Use 15 at most"),
        ("", "required"),
    ],
)
def test_queue_key_is_latin_and_unique(
    key: str, error: str, url: Url, writer: Client, queue: Queue, member: Membership
) -> None:
    data = {
        "key": key,
        "name": "Again",
        "lead": member.user.email,
        "default_type": "task",
        "default_priority": "normal",
    }
    answer = writer.post(url("queues/new/"), data)
    assert answer.status_code == 400
    assert error in answer.content.decode()
    assert 'value="Again"' in answer.content.decode()


def test_queue_key_is_stored_in_capitals(url: Url, writer: Client, org: Organization, member: Membership) -> None:
    data = {
        "key": "sup",
        "name": "Support",
        "lead": member.user.email,
        "default_type": "task",
        "default_priority": "minor",
    }
    answer = writer.post(url("queues/new/"), data)
    assert answer.headers["Location"] == url("issues/?queue=SUP")
    with company_scope(org.pk):
        made = Queue.objects.select_related("lead").get()
    assert (made.key, made.lead, made.default_priority) == ("SUP", member, "minor")


def test_stale_queue_settings_are_refused(url: Url, writer: Client, queue: Queue, member: Membership) -> None:
    data = {
        "name": "Robots",
        "lead": member.user.email,
        "default_type": "task",
        "default_priority": "normal",
        "version": 1,
    }
    assert writer.post(url("queues/ROB/settings/"), data).status_code == 302
    stale = writer.post(url("queues/ROB/settings/"), data | {"name": "Other"})
    assert stale.status_code == 400
    assert "Somebody changed these settings meanwhile." in stale.content.decode()
    with company_scope(queue.org_id):
        queue.refresh_from_db()
    assert queue.name == "Robots"
