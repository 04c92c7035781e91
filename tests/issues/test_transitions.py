"""Moving issues along their workflow."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from issues.catalogue import catalogue
from issues.issue import transitions, writing
from issues.issue.change_models import Change, ChangeKind
from issues.issue.models import Issue
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.issues.conftest import stored


def test_every_transition_leads_from_a_status_to_another() -> None:
    assert set(catalogue.TRANSITIONS) == set(catalogue.STATUS)
    for start, ends in catalogue.TRANSITIONS.items():
        assert set(ends) <= set(catalogue.STATUS) - {start}


def test_ranks_are_unique_and_the_done_one_is_last() -> None:
    ranks = [status.rank for status in catalogue.STATUSES]
    assert len(set(ranks)) == len(ranks)
    assert [status.key for status in catalogue.STATUSES if status.rank == min(ranks)] == [catalogue.CLOSED]


def test_transition_moves_the_issue(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        transitions.change_status(issue=issue, status="inProgress", actor=member, now=now)
        change = Change.objects.get(issue=issue, kind=ChangeKind.WORKFLOW)
    moved = stored(issue)
    assert (moved.status, moved.status_rank, moved.version) == ("inProgress", 60, 2)
    assert change.fields == [{"field": "status", "from": "open", "to": "inProgress"}]


def test_status_that_no_transition_reaches_is_refused(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id), pytest.raises(Refused, match="Open"):
        transitions.change_status(issue=issue, status="inReview", actor=member, now=now)
    assert stored(issue).status == "open"


@pytest.mark.parametrize("resolution", ["", "nonsense"])
def test_closing_needs_a_resolution(resolution: str, issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id), pytest.raises(Refused) as refused:
        transitions.change_status(issue=issue, status="closed", resolution=resolution, actor=member, now=now)
    assert refused.value.field == "resolution"


def test_reopening_clears_the_resolution(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        transitions.change_status(issue=issue, status="closed", resolution="fixed", actor=member, now=now)
        closed = stored(issue)
        transitions.change_status(issue=issue, status="open", resolution="later", actor=member, now=now)
    assert (closed.status, closed.resolution, closed.resolved_at, closed.is_resolved) == ("closed", "fixed", now, True)
    opened = stored(issue)
    assert (opened.status, opened.resolution, opened.resolved_at, opened.is_resolved) == ("open", "", None, False)


def test_second_press_of_the_button_changes_nothing(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        transitions.change_status(issue=issue, status="inProgress", actor=member, now=now)
        transitions.change_status(issue=issue, status="inProgress", actor=member, now=now)
        assert Change.objects.filter(issue=issue, kind=ChangeKind.WORKFLOW).count() == 1


def test_moved_status_does_not_stop_somebody_who_edits(issue: Issue, member: Membership, now: dt.datetime) -> None:
    with company_scope(issue.org_id):
        transitions.change_status(issue=issue, status="inProgress", actor=member, now=now)
        writing.edit_issue(issue=issue, version=1, actor=member, now=now, summary="Edited")
    edited = stored(issue)
    assert (edited.summary, edited.status, edited.version) == ("Edited", "inProgress", 3)


def test_database_refuses_a_resolved_issue_without_resolution(issue: Issue, now: dt.datetime) -> None:
    with company_scope(issue.org_id), pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(resolved_at=now)
