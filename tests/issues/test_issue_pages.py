"""The pages of an issue: which address leads where, what is created and said, and what happened in order."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from issues.issue import comments, writing
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.issues.conftest import stored

Url = Callable[[str], str]
Login = Callable[[Membership], Client]


@pytest.mark.parametrize("key", ["rob-1", "Rob-1"])
def test_key_in_small_letters_leads_to_the_issue(key: str, url: Url, reader: Client, issue: Issue) -> None:
    answer = reader.get(url(f"issues/{key}/"))
    assert (answer.status_code, answer.headers["Location"]) == (302, url("issues/ROB-1/"))


@pytest.mark.parametrize("key", ["ROB-2", "ROB", "SUP-1", "ROB-01", "rob-x"])
def test_absent_issue_is_not_found(key: str, url: Url, writer: Client, issue: Issue) -> None:
    for path in ("", "edit/", "status/", "comments/"):
        method = writer.get if path in ("", "edit/") else writer.post
        assert method(url(f"issues/{key}/{path}")).status_code == 404


def test_issue_of_another_company_is_not_found(
    url: Url, login: Login, issue: Issue, outsider: Membership, now: dt.datetime
) -> None:
    with company_scope(outsider.org_id):
        shelf = Queue.objects.create(org=outsider.org, key="ROB", name="Theirs", lead=outsider, created_at=now)
        writing.create_issue(queue=shelf, actor=outsider, now=now, summary="Secret")
    page = login(outsider).get(f"/o/{outsider.org.slug}/issues/ROB-1/")
    assert "Secret" in page.content.decode()
    assert "Gripper" not in page.content.decode()


def test_created_issue_opens(url: Url, writer: Client, queue: Queue, viewer: Membership) -> None:
    data = {
        "queue": "ROB",
        "summary": "  Two\r\n lines ",
        "description": "One\r\ntwo",
        "type": "bug",
        "priority": "critical",
        "assignee": viewer.name,
        "due_on": "2030-02-03",
        "tags": "firmware, arm v2,firmware, ",
        "token": uuid.uuid4(),
    }
    answer = writer.post(url("issues/new/"), data)
    assert answer.headers["Location"] == url("issues/ROB-1/")
    with company_scope(queue.org_id):
        made = Issue.objects.select_related("assignee").get()
    assert (made.summary, made.description, made.tags) == ("Two lines", "One\ntwo", ["firmware", "arm v2"])
    assert (made.type, made.priority, made.assignee, made.due_on) == ("bug", "critical", viewer, dt.date(2030, 2, 3))


def test_new_issue_begins_with_its_queues_defaults(url: Url, writer: Client, queue: Queue) -> None:
    with company_scope(queue.org_id):
        Queue.objects.update(default_type="story", default_priority="minor")
    page = writer.get(url("issues/new/?queue=rob")).content.decode()
    for value in ("ROB", "story", "minor"):
        assert f'<option value="{value}" selected>' in page


def test_double_click_creates_one_issue_and_one_comment(url: Url, writer: Client, queue: Queue) -> None:
    new = {"queue": "ROB", "summary": "Once", "type": "task", "priority": "normal", "token": uuid.uuid4()}
    said = {"text": "Once", "token": uuid.uuid4()}
    answers = [writer.post(url("issues/new/"), new) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [url("issues/ROB-1/")] * 2
    places = {writer.post(url("issues/ROB-1/comments/"), said).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    with company_scope(queue.org_id):
        assert (Issue.objects.count(), Comment.objects.count()) == (1, 1)


def test_comment_leads_to_itself(url: Url, writer: Client, issue: Issue) -> None:
    place = writer.post(url("issues/ROB-1/comments/"), {"text": "*Seen*", "token": uuid.uuid4()}).headers["Location"]
    path, anchor = place.split("#")
    page = writer.get(path).content.decode()
    assert f'id="{anchor}"' in page
    assert "<em>Seen</em>" in page


def test_status_offers_the_workflows_next_steps(url: Url, writer: Client, issue: Issue) -> None:
    page = writer.get(url("issues/ROB-1/")).content.decode()
    offered = re.findall(r'<option value="(\w+)"', page.split('name="status"')[1].split("</select>")[0])
    assert offered == ["inProgress", "needInfo", "blocked", "closed"]


def test_activity_tells_the_story_in_order(
    url: Url, reader: Client, issue: Issue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    later = now + dt.timedelta(hours=1)
    with company_scope(issue.org_id):
        comments.add_comment(issue=issue, text="# First", actor=viewer, now=now)
        writing.edit_issue(issue=issue, version=1, actor=member, now=later, assignee=viewer, description="New")
    page = " ".join(reader.get(url("issues/ROB-1/")).content.decode().split())
    story = page.split('class="timeline"')[1].split("</ol>")[0]
    told = ["created the issue", "<h3>First</h3>", f"set assignee to <b>{viewer.name}</b>".replace("'", "&#x27;")]
    places = [story.index(words) for words in told]
    assert places == sorted(places)
    assert "changed the description" in story
    assert '<span class="group__count">3</span>' in page


def test_long_activity_shows_the_latest_and_leads_to_the_earlier(
    url: Url, writer: Client, issue: Issue, member: Membership, now: dt.datetime
) -> None:
    with company_scope(issue.org_id):
        for n in range(60):
            comments.add_comment(issue=issue, text=f"comment-{n}-end", actor=member, now=now + dt.timedelta(minutes=n))
    latest = writer.get(url("issues/ROB-1/")).content.decode()
    said = re.findall(r"comment-(\d+)-end", latest)
    assert said == [str(n) for n in range(10, 60)]
    link = re.search(r'href="(\?[^"]+)#activity">Show earlier', " ".join(latest.split()))
    earlier = writer.get(url("issues/ROB-1/") + link[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"comment-(\d+)-end", earlier) == [str(n) for n in range(10)]
    assert "created the issue" in earlier
    assert "Show later activity" in earlier


def test_assign_to_me_makes_me_the_assignee(url: Url, writer: Client, issue: Issue, member: Membership) -> None:
    assert writer.post(url("issues/ROB-1/assign-me/")).status_code == 302
    assert stored(issue).assignee == member
    assert "Assign to me" not in writer.get(url("issues/ROB-1/")).content.decode()
