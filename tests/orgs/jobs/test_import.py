"""An archive into an empty Tracker: what was exported comes back, once, with the people who are here."""

from __future__ import annotations

import pytest

from access.changes import save as grants
from issues.following.models import Follower
from issues.issue import writing
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from issues.search import full_text
from orgs.audit.models import AuditEvent
from orgs.jobs.models import JobState
from orgs.lifecycle import data_deletion
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.orgs.jobs.archives import Files, archive_of, export, fill, fill_many, manifest, unpacked
from tests.orgs.jobs.imports import bring
from tests.orgs.lifecycle.companies import due_company, events, rows_left

pytestmark = pytest.mark.django_db


def test_exported_deleted_imported_and_exported_again_is_the_same() -> None:
    """All files are equal but README.txt and manifest.json, which say when reading began."""
    org = due_company()
    owner = org.memberships.get()
    former = add_member(org, user=UserFactory(first_name="=Eve"))
    fill(org, owner, former)
    Membership.objects.filter(pk=former.pk).update(ended_at=database_now())
    before = unpacked(archive_of(export(org, owner)))
    assert data_deletion.claim(org.pk, now=database_now())
    data_deletion.purge_for(30, clock=database_now)
    assert rows_left(org) == 0
    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=database_now())
    org = lifecycle.activate(org=Organization.objects.get(pk=org.pk), actor=owner, now=database_now())
    assert org.state == State.ACTIVE
    job = bring(org, before)
    assert job.state == JobState.DONE, job.error
    assert job.result["unknown"] == 0
    after = unpacked(archive_of(export(org, owner)))
    told = {"README.txt", "manifest.json"}
    assert before.keys() == after.keys()
    assert {name: before[name] for name in before.keys() - told} == {name: after[name] for name in after.keys() - told}
    assert manifest(before)["counts"] == manifest(after)["counts"]


def test_imported_tracker_goes_on_where_the_other_ended(source: Files, target: Organization) -> None:
    job = bring(target, source)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    owner = target.memberships.get()
    with company_scope(target.pk):
        robots = Queue.objects.get(org=target, key="ROB")
        assert (robots.last_number, robots.issue_count) == (3, 3)
        made = writing.create_issue(queue=robots, actor=owner, now=database_now(), summary="Next")
        assert made.key == "ROB-4"
        closed = Issue.objects.get(org=target, key="ROB-2")
        assert (closed.status_rank, closed.is_resolved) == (10, True)
        assert Issue.objects.filter(org=target, search=full_text.query("thir")).get().key == "ROB-3"
    assert "tracker.import" in events(target)


def test_people_are_matched_by_address_and_strangers_stay_in_the_text(
    source: Files, target: Organization, member: Membership, admin: Membership
) -> None:
    maya = add_member(target, user=member.user)
    job = bring(target, source)
    assert job.state == JobState.DONE, job.error
    owner = target.memberships.get(role="owner")
    with company_scope(target.pk):
        first = Issue.objects.get(org=target, key="ROB-1")
        assert (first.author_id, first.assignee_id) == (maya.pk, None)
        here, stranger = Comment.objects.filter(org=target).order_by("-created_at")
        assert (here.author_id, here.text) == (maya.pk, "`fixed`")
        assert stranger.author_id == owner.pk
        assert stranger.text == f"Written by {admin.name} ({admin.user.email}).\n\nLook\nhere"
        assert set(Follower.objects.filter(org=target).values_list("member_id", flat=True)) == {maya.pk}
    assert job.result["unknown"] > 0


def test_blocked_member_is_not_matched_by_address(source: Files, target: Organization, member: Membership) -> None:
    blocked = add_member(target, user=member.user)
    Membership.objects.filter(pk=blocked.pk).update(blocked_at=database_now())
    bring(target, source)
    with company_scope(target.pk):
        assert not Issue.objects.filter(org=target, author=blocked).exists()


def test_many_batches_import_every_issue_once(org: Organization, admin: Membership, target: Organization) -> None:
    fill_many(org, admin, 1050)
    job = bring(target, unpacked(archive_of(export(org, admin))))
    assert (job.state, job.done) == (JobState.DONE, 1050)
    with company_scope(target.pk):
        assert Issue.objects.filter(org=target).count() == 1050


def test_import_is_audited_once(source: Files, target: Organization) -> None:
    bring(target, source)
    with company_scope(target.pk):
        assert AuditEvent.objects.filter(action="tracker.import").count() == 1
