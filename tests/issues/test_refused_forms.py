"""Forms of issues that are refused, and what they keep of what was typed."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from issues.issue import writing
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.issues.conftest import stored

Url = Callable[[str], str]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("summary", "", "“Summary” is empty. Fill it in."),
        ("summary", "x" * 256, "Use 255 at most."),
        ("description", "x" * 100_001, "Use 100000 at most."),
        ("queue", "NONE", "“Queue” is none of those to choose from."),
        ("type", "nonsense", "“Type” is none of those to choose from."),
        ("assignee", "nobody@nowhere.example", "Nobody here has this name or address."),
        ("assignee", "example.com", "Several people match:"),
        ("due_on", "tomorrow", "“Due” is no date. Enter one such as 2026-12-31."),
        ("tags", "a, " + "x" * 41, f"The tag “{'x' * 41}” has 41 characters. Use 40 at most."),
        ("tags", ",".join(str(n) for n in range(21)), "These are 21 tags, and 20 are enough: “20” is one too many."),
        ("summary", "a\x00b", "“Summary” holds a sign that cannot be kept."),
    ],
)
def test_refused_form_keeps_what_was_typed(
    field: str, value: str, error: str, url: Url, writer: Client, queue: Queue
) -> None:
    data = {
        "queue": "ROB",
        "summary": "Kept summary",
        "description": "Kept description",
        "type": "task",
        "priority": "normal",
        "token": uuid.uuid4(),
    }
    answer = writer.post(url("issues/new/"), data | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert error in page
    assert f'id="id_{field}_error"' in page  # at the field
    assert f'href="#id_{field}"' in page  # and in the summary
    assert field == "summary" or "Kept summary" in page
    assert field == "description" or "Kept description" in page
    assert str(data["token"]) in page
    assert "<title>" in page
    assert re.search(r"<title>\s*Error:", page)


def test_empty_comment_is_refused_on_the_issues_page(url: Url, writer: Client, issue: Issue) -> None:
    answer = writer.post(url("issues/ROB-1/comments/"), {"text": "  ", "token": uuid.uuid4()})
    assert answer.status_code == 400
    assert "Write something first." in answer.content.decode()
    assert "Gripper loses calibration" in answer.content.decode()


def test_closing_without_resolution_is_refused_on_the_issues_page(url: Url, writer: Client, issue: Issue) -> None:
    answer = writer.post(url("issues/ROB-1/status/"), {"status": "closed", "resolution": ""}, follow=True)
    assert answer.status_code == 400
    assert answer.redirect_chain == [(url("issues/ROB-1/?status=closed&resolution=#fields"), 302)]
    assert "Choose a resolution" in answer.content.decode()
    assert '<option value="closed" selected>' in answer.content.decode()
    writer.post(url("issues/ROB-1/status/"), {"status": "closed", "resolution": "fixed"})
    assert stored(issue).resolution == "fixed"


def test_transition_that_does_not_exist_is_refused(url: Url, writer: Client, issue: Issue) -> None:
    answer = writer.post(url("issues/ROB-1/status/"), {"status": "inReview"}, follow=True)
    assert answer.status_code == 400
    assert answer.request["PATH_INFO"] == url("issues/ROB-1/")
    assert "it cannot go to In review from there" in answer.content.decode()


def test_refused_status_is_forgotten_once_it_can_be(url: Url, writer: Client, issue: Issue) -> None:
    """The address that showed the mistake shows the plain issue when somebody else has moved it on."""
    refused = url("issues/ROB-1/?status=inReview&resolution=")
    assert writer.get(refused).status_code == 400
    writer.post(url("issues/ROB-1/status/"), {"status": "inProgress"})
    assert writer.get(refused).status_code == 200


def test_reader_sees_no_mistake(url: Url, login: Callable[..., Client], viewer: Membership, issue: Issue) -> None:
    assert login(viewer).get(url("issues/ROB-1/?status=inReview")).status_code == 200


def test_conflict_shows_both_values_and_who_was_first(
    url: Url, writer: Client, issue: Issue, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(issue.org_id):
        writing.edit_issue(issue=issue, version=1, actor=viewer, now=now, summary="Their title")
    mine = {"summary": "My title", "description": issue.description, "type": "task", "priority": "normal", "version": 1}
    answer = writer.post(url("issues/ROB-1/edit/"), mine)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    assert f"{viewer.name} changed this issue after you opened it." in page.replace("&#x27;", "'")
    assert "<td>Their title</td> <td>My title</td>" in page
    assert 'value="My title"' in page
    assert 'name="version" value="2"' in page
    assert stored(issue).summary == "Their title"

    assert writer.post(url("issues/ROB-1/edit/"), mine | {"version": 2}).status_code == 302
    assert stored(issue).summary == "My title"


def test_edit_form_keeps_an_assignee_who_left(
    url: Url, writer: Client, issue: Issue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(issue.org_id):
        writing.assign(issue=issue, assignee=viewer, actor=member, now=now)
    Membership.objects.filter(pk=viewer.pk).update(ended_at=now)
    data = {"summary": "New", "type": "task", "priority": "normal", "assignee": viewer.user.email, "version": 2}
    assert writer.post(url("issues/ROB-1/edit/"), data).status_code == 302
    assert (stored(issue).summary, stored(issue).assignee) == ("New", viewer)
