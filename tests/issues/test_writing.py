"""Creating and editing issues."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from access.members import members
from issues.following.models import Follower
from issues.issue import comments, writing
from issues.issue.change_models import Change, ChangeKind
from issues.issue.errors import Conflict
from issues.issue.models import Issue
from issues.queues.models import Queue
from issues.text import markdown
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member
from tests.issues.conftest import stored

HOUR = dt.timedelta(hours=1)


def test_issues_of_a_queue_are_numbered_from_one(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id):
        made = [writing.create_issue(queue=queue, actor=member, now=now, summary="x") for _ in range(3)]
        queue.refresh_from_db()
    assert [issue.key for issue in made] == ["ROB-1", "ROB-2", "ROB-3"]
    assert (queue.last_number, queue.issue_count) == (3, 3)


def test_new_issue_takes_what_is_missing_from_its_queue(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id):
        Queue.objects.filter(pk=queue.pk).update(default_type="bug", default_priority="critical")
        queue.refresh_from_db()
        plain = writing.create_issue(queue=queue, actor=member, now=now, summary="x")
        chosen = writing.create_issue(queue=queue, actor=member, now=now, summary="x", type="story", priority="minor")
    assert (plain.type, plain.priority, plain.status, plain.assignee) == ("bug", "critical", "open", None)
    assert (chosen.type, chosen.priority) == ("story", "minor")


def test_author_and_assignee_follow_a_new_issue(
    queue: Queue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(queue.org_id):
        issue = writing.create_issue(queue=queue, actor=member, now=now, summary="x", assignee=viewer)
        followers = set(Follower.objects.filter(issue=issue).values_list("member_id", flat=True))
        change = Change.objects.get(issue=issue)
    assert followers == {member.pk, viewer.pk}
    assert (change.kind, change.author_id, change.at, change.fields) == (ChangeKind.CREATED, member.pk, now, [])


def test_token_makes_one_issue_however_often_it_is_sent(queue: Queue, member: Membership, now: dt.datetime) -> None:
    token = uuid.uuid4()
    with company_scope(queue.org_id):
        first = writing.create_issue(queue=queue, actor=member, now=now, summary="x", token=token)
        second = writing.create_issue(queue=queue, actor=member, now=now, summary="x", token=token)
        queue.refresh_from_db()
        changes = Change.objects.filter(issue=first).count()
    assert second == first
    assert (queue.last_number, queue.issue_count, changes) == (1, 1, 1)


def test_other_companies_token_is_not_this_companies(
    queue: Queue, member: Membership, outsider: Membership, now: dt.datetime
) -> None:
    token = uuid.uuid4()
    with company_scope(queue.org_id):
        ours = writing.create_issue(queue=queue, actor=member, now=now, summary="x", token=token)
    with company_scope(outsider.org_id):
        shelf = Queue.objects.create(org=outsider.org, key="ROB", name="Same key", lead=outsider, created_at=now)
        theirs = writing.create_issue(queue=shelf, actor=outsider, now=now, summary="y", token=token)
    assert (theirs.key, theirs.org_id) == ("ROB-1", outsider.org_id)
    assert theirs.pk != ours.pk


def test_too_long_description_is_an_error_and_no_used_token(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id), pytest.raises(IntegrityError), transaction.atomic():
        writing.create_issue(
            queue=queue, actor=member, now=now, summary="x", description="y" * 100_001, token=uuid.uuid4()
        )


@pytest.mark.parametrize("who", ["blocked", "outsider"])
def test_assignee_must_be_a_current_member(
    who: str,
    queue: Queue,
    member: Membership,
    viewer: Membership,
    owner: Membership,
    outsider: Membership,
    now: dt.datetime,
) -> None:
    assignee = outsider if who == "outsider" else members.block(member=viewer, actor=owner, now=now)
    with company_scope(queue.org_id):
        with pytest.raises(Refused) as refused:
            writing.create_issue(queue=queue, actor=member, now=now, summary="x", assignee=assignee)
        assert refused.value.field == "assignee"
        assert not Issue.objects.exists()


def test_database_refuses_an_assignee_of_another_company(issue: Issue, outsider: Membership, org: Organization) -> None:
    with company_scope(org.pk), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=issue.pk).update(assignee=outsider)


def test_edit_writes_what_differs_and_says_so(
    issue: Issue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    later = now + HOUR
    with company_scope(issue.org_id):
        writing.edit_issue(
            issue=issue,
            version=1,
            actor=member,
            now=later,
            summary="Gripper loses calibration",
            priority="critical",
            description="After every restart.",
            assignee=viewer,
            due_on=dt.date(2030, 1, 2),
            tags=["firmware"],
        )
        change = Change.objects.get(issue=issue, kind=ChangeKind.UPDATED)
    edited = stored(issue)
    assert (edited.priority, edited.assignee, edited.tags, edited.version) == ("critical", viewer, ["firmware"], 2)
    assert edited.updated_at == later
    assert change.fields == [
        {"field": "description", "from": None, "to": None},
        {"field": "priority", "from": "normal", "to": "critical"},
        {"field": "assignee", "from": None, "to": viewer.pk},
        {"field": "due_on", "from": None, "to": "2030-01-02"},
        {"field": "tags", "from": [], "to": ["firmware"]},
    ]
    assert change.former_text == "After a warm restart."


def test_html_is_kept_beside_each_text(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id):
        issue = writing.create_issue(queue=queue, actor=member, now=now, summary="x", description="**bold**")
        comment = comments.add_comment(issue=issue, text="**said**", actor=member, now=now)
        kept = [Issue.objects.values_list("description_html", flat=True).get(pk=issue.pk)]
        writing.edit_issue(issue=issue, version=1, actor=member, now=now, description="_em_")
        kept.append(Issue.objects.values_list("description_html", flat=True).get(pk=issue.pk))
        comment.refresh_from_db()
    assert kept == [markdown.keep("**bold**"), markdown.keep("_em_")]
    assert comment.text_html == markdown.keep("**said**", heading=3)


def test_edit_without_a_difference_writes_nothing(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        writing.edit_issue(issue=issue, version=1, actor=member, now=now + HOUR, summary=issue.summary, tags=[])
        assert Change.objects.filter(issue=issue).count() == 1
    assert (stored(issue).version, stored(issue).updated_at) == (1, now)


def test_stale_version_raises_conflict_and_writes_nothing(
    issue: Issue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(issue.org_id):
        writing.edit_issue(issue=issue, version=1, actor=viewer, now=now, summary="Theirs")
        with pytest.raises(Conflict) as conflict:
            writing.edit_issue(issue=issue, version=1, actor=member, now=now, summary="Mine")
    assert conflict.value.fields == ["summary"]
    assert conflict.value.issue.summary == "Theirs"
    assert [change.author for change in conflict.value.changes] == [viewer]
    assert stored(issue).summary == "Theirs"


def test_new_assignee_follows_the_issue(issue: Issue, member: Membership, viewer: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        writing.assign(issue=issue, assignee=viewer, actor=member, now=now)
        assert Follower.objects.filter(issue=issue, member=viewer).exists()


def test_assignee_who_left_may_stay_and_may_not_come(
    issue: Issue, member: Membership, viewer: Membership, owner: Membership, now: dt.datetime
) -> None:
    with company_scope(issue.org_id):
        writing.assign(issue=issue, assignee=viewer, actor=member, now=now)
    blocked = members.block(member=viewer, actor=owner, now=now)
    with company_scope(issue.org_id):
        writing.edit_issue(issue=issue, version=2, actor=member, now=now, summary="New", assignee=blocked)
        writing.edit_issue(issue=issue, version=3, actor=member, now=now, assignee=None)
        with pytest.raises(Refused):
            writing.edit_issue(issue=issue, version=4, actor=member, now=now, assignee=blocked)
    assert stored(issue).assignee is None


def test_tag_of_no_letters_never_reaches_the_index(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id), pytest.raises(DataError), transaction.atomic():
        writing.create_issue(queue=queue, actor=member, now=now, summary="x", tags=[""])


def test_issues_of_another_company_are_not_seen(issue: Issue, outsider: Membership) -> None:
    add_member(outsider.org)
    with company_scope(outsider.org_id):
        assert not Issue.objects.exists()
