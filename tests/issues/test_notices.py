"""Comments, following, and the mail that goes with both."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from access.members import members
from issues.following import following
from issues.following.models import Follower
from issues.issue import comments, transitions, writing
from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.mail import outbox
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member
from tests.issues.conftest import mails, stored
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def follower(issue: Issue, viewer: Membership) -> Membership:
    """`viewer`, who follows ROB-1."""
    with company_scope(issue.org_id):
        following.subscribe(issue=issue, actor=viewer)
    return viewer


def test_comment_moves_the_issue_up_and_makes_a_follower(issue: Issue, viewer: Membership, now: dt.datetime) -> None:
    later = now + HOUR
    with company_scope(issue.org_id):
        comment = comments.add_comment(issue=issue, text="Me too", actor=viewer, now=later)
        change = Change.objects.get(issue=issue, kind=ChangeKind.COMMENTED)
        assert Follower.objects.filter(issue=issue, member=viewer).exists()
    assert (change.comment_id, change.author_id) == (comment.pk, viewer.pk)
    assert (stored(issue).updated_at, stored(issue).version) == (later, 1)


def test_token_makes_one_comment_however_often_it_is_sent(issue: Issue, member: Membership, now: dt.datetime) -> None:
    token = uuid.uuid4()
    with company_scope(issue.org_id):
        first = comments.add_comment(issue=issue, text="Once", actor=member, now=now, token=token)
        second = comments.add_comment(issue=issue, text="Once", actor=member, now=now, token=token)
        assert (second, Comment.objects.count()) == (first, 1)


def test_comment_goes_to_followers_except_its_author(
    org: Organization, issue: Issue, member: Membership, follower: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        comments.add_comment(issue=issue, text="It is the **cable** & only <that>", actor=member, now=now)
    (mail,) = mails(org)
    letter = outbox.open_letter(mail)
    assert (mail.to, mail.subject) == (follower.user.email, "ROB-1 Gripper loses calibration")
    assert f"{member.name} commented on ROB-1" in letter.text
    assert "It is the **cable** & only <that>" in letter.text
    assert "<strong>cable</strong> &amp; only &lt;that&gt;" in letter.html
    for part in (letter.text, letter.html):
        assert f"/o/{org.slug}/issues/ROB-1/" in part
        assert "you follow ROB-1" in part


def test_change_names_both_values_in_its_mail(
    org: Organization, issue: Issue, member: Membership, follower: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        writing.edit_issue(issue=issue, version=1, actor=member, now=now, priority="critical", assignee=follower)
        transitions.change_status(issue=issue, status="closed", resolution="wontFix", actor=member, now=now)
    edited, closed = (outbox.open_letter(mail).text for mail in mails(org))
    assert "Priority: Normal → Critical" in edited
    assert f"Assignee: {follower.name}" in edited
    assert "Status: Open → Closed" in closed
    assert "Resolution: Won't fix" in closed


def test_assignee_of_a_new_issue_gets_a_mail(
    org: Organization, queue: Queue, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        writing.create_issue(queue=queue, actor=member, now=now, summary="Gripper\r\nBcc: x@y.example", assignee=viewer)
    (mail,) = mails(org)
    assert mail.to == viewer.user.email
    assert "\n" not in mail.subject


def test_own_acts_send_no_mail(org: Organization, issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(org.pk):
        comments.add_comment(issue=issue, text="Alone", actor=member, now=now)
        writing.assign(issue=issue, assignee=member, actor=member, now=now)
    assert mails(org) == []


@pytest.mark.parametrize("way", ["blocked", "removed", "unsubscribed", "switched off"])
def test_who_left_gets_no_mail(
    way: str,
    org: Organization,
    issue: Issue,
    member: Membership,
    follower: Membership,
    owner: Membership,
    now: dt.datetime,
) -> None:
    if way == "blocked":
        members.block(member=follower, actor=owner, now=now)
    elif way == "removed":
        Membership.objects.filter(pk=follower.pk).update(ended_at=now)
    elif way == "switched off":
        User.objects.filter(pk=follower.user_id).update(is_active=False)
    with company_scope(org.pk):
        if way == "unsubscribed":
            following.unsubscribe(issue=issue, actor=follower)
        comments.add_comment(issue=issue, text="Anybody?", actor=member, now=now)
    assert mails(org) == []


def test_mail_of_many_followers_is_one_statement(
    org: Organization, issue: Issue, member: Membership, now: dt.datetime
) -> None:
    assert member.org.pk == member.user.memberships.get().org_id  # a request has both already

    def cost() -> int:
        with company_scope(org.pk), counted_queries() as queries:
            comments.add_comment(issue=issue, text="Hello", actor=member, now=now)
        return len(queries)

    alone = cost()
    crowd = [add_member(org) for _ in range(6)]
    with company_scope(org.pk):
        following.follow(issue, crowd)
    assert cost() == alone + 1
    assert len(mails(org)) == len(crowd)


def test_following_twice_is_following_once(issue: Issue, viewer: Membership) -> None:
    with company_scope(issue.org_id):
        following.subscribe(issue=issue, actor=viewer)
        following.subscribe(issue=issue, actor=viewer)
        assert Follower.objects.filter(issue=issue, member=viewer).count() == 1
