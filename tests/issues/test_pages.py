"""Pages of issues and queues: who may do what, and what a refused form keeps."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from issues import comments, following, writing
from issues.models import Change, Comment, Follower, Issue, Queue
from orgs.models import Membership, Organization
from orgs.scopes import company_scope
from tests.issues.conftest import mails, stored

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


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("summary", "", "This field is required."),
        ("summary", "x" * 256, "at most 255 characters"),
        ("description", "x" * 100_001, "at most 100000 characters"),
        ("queue", "NONE", "Select a valid choice."),
        ("type", "nonsense", "Select a valid choice."),
        ("assignee", "nobody@nowhere.example", "Nobody here has this name or address."),
        ("assignee", "example.com", "Several people match:"),
        ("due_on", "tomorrow", "Enter a valid date."),
        ("tags", "x" * 41, "A tag has at most 40 characters."),
        ("tags", ",".join(str(n) for n in range(21)), "20 tags are enough."),
        ("summary", "a\x00b", "Null characters are not allowed."),
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


def test_comment_leads_to_itself(url: Url, writer: Client, issue: Issue) -> None:
    place = writer.post(url("issues/ROB-1/comments/"), {"text": "*Seen*", "token": uuid.uuid4()}).headers["Location"]
    path, anchor = place.split("#")
    page = writer.get(path).content.decode()
    assert f'id="{anchor}"' in page
    assert "<em>Seen</em>" in page


def test_closing_without_resolution_is_refused_on_the_issues_page(url: Url, writer: Client, issue: Issue) -> None:
    answer = writer.post(url("issues/ROB-1/status/"), {"status": "closed", "resolution": ""})
    assert answer.status_code == 400
    assert "Choose a resolution" in answer.content.decode()
    assert '<option value="closed" selected>' in answer.content.decode()
    writer.post(url("issues/ROB-1/status/"), {"status": "closed", "resolution": "fixed"})
    assert stored(issue).resolution == "fixed"


def test_transition_that_does_not_exist_is_refused(url: Url, writer: Client, issue: Issue) -> None:
    answer = writer.post(url("issues/ROB-1/status/"), {"status": "inReview"})
    assert answer.status_code == 400
    assert "it cannot go to In review from there" in answer.content.decode()


def test_status_offers_the_workflows_next_steps(url: Url, writer: Client, issue: Issue) -> None:
    page = writer.get(url("issues/ROB-1/")).content.decode()
    offered = re.findall(r'<option value="(\w+)"', page.split('name="status"')[1].split("</select>")[0])
    assert offered == ["inProgress", "needInfo", "blocked", "closed"]


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


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("rob", "Another queue has this key."),
        ("R2", "Latin letters only"),
        ("РОБ", "Latin letters only"),
        ("A" * 16, "at most 15"),
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
