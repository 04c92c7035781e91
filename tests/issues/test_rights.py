"""Who may read and who may write on the pages of issues and queues."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from issues.following import following
from issues.following.models import Follower
from issues.issue.change_models import Change
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.issues.conftest import mails

Url = Callable[[str], str]
Login = Callable[[Membership], Client]

WRITES: list[tuple[str, dict[str, Any]]] = [
    ("issues/new/", {"queue": "ROB", "summary": "New", "type": "task", "priority": "normal", "token": uuid.uuid4()}),
    ("issues/ROB-1/edit/", {"summary": "Changed", "type": "bug", "priority": "minor", "version": 1}),
    ("issues/ROB-1/status/", {"status": "inProgress"}),
    ("issues/ROB-1/assign-me/", {}),
    ("issues/ROB-1/comments/", {"text": "A comment that took a while", "token": uuid.uuid4()}),
    ("issues/ROB-1/subscribe/", {}),
    ("queues/new/", {"key": "SUP", "name": "Support", "default_type": "task", "default_priority": "normal"}),
    (
        "queues/ROB/settings/",
        {"name": "Robots", "default_type": "bug", "default_priority": "minor", "version": 1},
    ),
]
READS = ["issues/", "issues/ROB-1/", "queues/", "issues/?queue=ROB"]
FORMS = ["issues/new/", "issues/ROB-1/edit/", "queues/new/", "queues/ROB/settings/"]


def posted(data: dict[str, Any], who: Membership) -> dict[str, Any]:
    """The form's data; a queue's lead is the person who sends it."""
    return data | ({"lead": who.user.email} if "default_type" in data else {})


def everything(org: Organization) -> list[Any]:
    """All rows of Tracker in the company."""
    with company_scope(org.pk):
        tables = (Queue, Issue, Comment, Change, Follower)
        return [list(table.objects.filter(org=org).order_by("id").values()) for table in tables]


@pytest.mark.parametrize(("path", "data"), WRITES, ids=[path for path, _ in WRITES])
def test_reader_is_refused_and_writer_is_not(
    path: str,
    data: dict[str, Any],
    org: Organization,
    url: Url,
    writer: Client,
    reader: Client,
    issue: Issue,
    member: Membership,
    viewer: Membership,
) -> None:
    before = everything(org)
    refused = reader.post(url(path), posted(data, viewer))
    assert refused.status_code == 403
    assert everything(org) == before
    assert mails(org) == []
    if "text" in data:
        assert data["text"] in refused.content.decode()  # what was typed is not lost

    done = writer.post(url(path), posted(data, member))
    assert done.status_code == 302, done.content.decode()
    changed = everything(org) != before
    assert changed or path == "issues/ROB-1/subscribe/"  # an author follows already


@pytest.mark.parametrize("path", FORMS)
def test_form_opens_for_writers_only(path: str, url: Url, writer: Client, reader: Client, issue: Issue) -> None:
    assert reader.get(url(path)).status_code == 403
    page = writer.get(url(path))
    assert page.status_code == 200
    assert page.content.decode().count("<h1>") == 1


@pytest.mark.parametrize("path", READS)
def test_everybody_in_the_company_reads(
    path: str, url: Url, reader: Client, login: Login, issue: Issue, outsider: Membership
) -> None:
    page = reader.get(url(path))
    assert page.status_code == 200
    assert page.content.decode().count("<h1>") == 1
    assert login(outsider).get(url(path)).status_code == 404


@pytest.mark.parametrize("path", [path for path, _ in WRITES if path not in FORMS] + ["issues/ROB-1/unsubscribe/"])
def test_act_is_no_page(path: str, url: Url, writer: Client, issue: Issue) -> None:
    assert writer.get(url(path)).status_code == 405


def test_reader_may_unsubscribe(url: Url, reader: Client, issue: Issue, viewer: Membership) -> None:
    with company_scope(issue.org_id):
        following.subscribe(issue=issue, actor=viewer)
    assert "Unsubscribe" in reader.get(url("issues/ROB-1/")).content.decode()
    assert reader.post(url("issues/ROB-1/unsubscribe/")).status_code == 302
    with company_scope(issue.org_id):
        assert not Follower.objects.filter(member=viewer).exists()


def test_reader_sees_locks_and_no_forms(url: Url, reader: Client, issue: Issue) -> None:
    page = reader.get(url("issues/ROB-1/")).content.decode()
    main = page.split("<main")[1]
    assert "<form" not in main
    assert "Fields are Read only for you" in main
    assert "Comments are Read only for you." in main
    assert "Commenting needs Full access." in main
    assert re.search(r'aria-disabled="true"[^>]*popovertarget="readonly-why"[^>]*>.*?Subscribe', main, re.S)
    assert 'id="readonly-why"' in page

    listing = reader.get(url("issues/")).content.decode()
    assert re.search(r'aria-disabled="true"[^>]*popovertarget="readonly-why"[^>]*>.*?Create issue', listing, re.S)


def test_writer_sees_forms_and_no_locks(url: Url, writer: Client, issue: Issue) -> None:
    page = writer.get(url("issues/ROB-1/")).content.decode()
    for label in ("Edit", "Change status", "Assign to me", "Unsubscribe", "Comment"):
        assert label in page
    assert "readonly-why" not in page
