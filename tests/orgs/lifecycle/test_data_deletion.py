"""The deletion's way: claim, batches, certificate, and Tracker activated again, empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DatabaseError
from django.test import Client

from access.changes import save as grants
from issues.issue import writing
from issues.queues.models import Queue
from orgs.lifecycle import data_deletion, sweep, tracker_content
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.models import TenantModel
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import add_member
from tests.orgs.lifecycle.companies import due_company, fill, mails, read_only, rows_left, tracker_events

pytestmark = pytest.mark.django_db


def run() -> list[str]:
    return list(sweep.run(database_now))


def deletion_of(org: Organization) -> Deletion:
    with company_scope(org.pk):
        return Deletion.objects.get(org=org)


def test_deletion_leaves_nothing_and_counts_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "BATCH", 2)
    monkeypatch.setattr(data_deletion, "PAUSE", 0)
    org, neighbour = due_company(), read_only(days_left=20, name="Southwind")
    counts, kept = fill(org, issues=5), fill(neighbour)
    assert run() == [f"company {org.pk}: claimed", f"company {org.pk}: data deleted"]

    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.DELETED, None)
    assert org.deleted_at is not None
    assert deletion_of(org).counts == counts
    assert rows_left(org) == 0
    assert mails(org, "issue:") == []
    assert rows_left(neighbour) == sum(kept.values()) - kept["orgs.mail"]
    assert tracker_events(org)["tracker.deletion_claim"] == tracker_events(org)["tracker.deletion_finish"] == 1
    assert run() == []


def test_every_administrator_gets_the_certificate() -> None:
    org = due_company()
    blocked = add_member(org)
    Membership.objects.filter(pk=blocked.pk).update(role="administrator", blocked_at=database_now())
    Membership.objects.filter(pk=add_member(org).pk).update(role="administrator")
    run()
    assert len(mails(org, "deletion:")) == 2


def test_claim_is_the_point_of_no_return(login: Callable[..., Client]) -> None:
    org = due_company()
    owner = org.memberships.get()
    fill(org)
    page = f"/o/{org.slug}/issues/"
    assert login(owner).get(page).status_code == 200

    data_deletion.claim(org.pk, now=database_now())
    assert login(owner).get(page).status_code == 410
    for verb in (lifecycle.activate, lifecycle.deactivate):
        with pytest.raises(Refused):
            verb(org=org, actor=owner, now=database_now())
    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=database_now())
    org.refresh_from_db()
    assert org.state == State.DELETING

    run()
    assert login(owner).get(page).status_code == 410


def test_deleted_tracker_is_activated_again_empty_without_a_second_trial() -> None:
    org = due_company()
    owner = org.memberships.get()
    fill(org)
    run()
    with pytest.raises(Refused, match="free trial is over"):
        lifecycle.activate(org=org, actor=owner, now=database_now())

    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=database_now())
    org.refresh_from_db()
    assert org.state == State.DELETED
    org = lifecycle.activate(org=org, actor=owner, now=database_now())
    assert (org.state, rows_left(org)) == (State.ACTIVE, 0)
    assert run() == []


def test_trial_that_an_operator_extended_ends_with_the_deletion() -> None:
    org = due_company()
    later = database_now() + dt.timedelta(days=100)
    Organization.objects.filter(pk=org.pk).update(state=State.DEACTIVATED, trial_ends_at=later)
    run()
    org.refresh_from_db()
    assert org.state == State.DELETED
    owner = org.memberships.get()
    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=database_now())
    assert lifecycle.activate(org=org, actor=owner, now=database_now()).state == State.ACTIVE


def test_deletion_is_resumed_and_one_that_fails_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ill, well = due_company(name="Ill"), due_company(name="Well")
    for org in (ill, well):
        fill(org)
        data_deletion.claim(org.pk, now=database_now())
    true_purge = data_deletion.purge

    def purge(deletion_id: int, *, org_id: int, now: dt.datetime) -> bool:
        if org_id == ill.pk:
            raise DatabaseError
        return true_purge(deletion_id, org_id=org_id, now=now)

    monkeypatch.setattr(data_deletion, "purge", purge)
    assert data_deletion.purge_for(10, clock=database_now) is False
    assert [org_id for _, org_id in data_deletion.unfinished()] == [ill.pk]

    monkeypatch.setattr(data_deletion, "purge", true_purge)
    assert data_deletion.purge_for(0, clock=database_now) is True
    assert data_deletion.purge_for(10, clock=database_now) is False
    assert data_deletion.unfinished() == []


def test_finish_is_when_the_last_row_went() -> None:
    org = due_company()
    fill(org)
    begun = database_now()
    claimed = data_deletion.claim(org.pk, now=begun)
    later = (begun + dt.timedelta(hours=n) for n in range(1, 100))
    assert claimed is not None
    data_deletion.purge_all(claimed.pk, org_id=org.pk, clock=lambda: next(later))
    found = deletion_of(org)
    assert found.claimed_at == begun
    assert found.finished_at is not None
    assert found.finished_at >= begun + dt.timedelta(hours=6)


# --- what is purged ------------------------------------------------------------------------------------------
def test_purge_list_is_every_table_of_tracker_children_first() -> None:
    order = tracker_content.purge_list()
    assert len(order) >= 5
    assert set(order) == set(apps.get_app_config("issues").get_models(include_auto_created=True))
    for place, model in enumerate(order):
        assert not tracker_content.targets(model) & set(order[:place]), f"{model} refers to what is deleted before it"


def test_batches_need_not_know_references_within_a_table() -> None:
    """A batch takes any rows of a table; one that refers to itself would need an order."""
    assert [model for model in tracker_content.purge_list() if model in tracker_content.targets(model)] == []


def test_nothing_outside_tracker_refers_to_its_rows() -> None:
    inside = set(tracker_content.purge_list())
    others = [model for model in apps.get_models() if model not in inside]
    pointing = [model for model in others if issubclass(model, TenantModel) and tracker_content.targets(model) & inside]
    assert pointing == []


def test_mails_about_issues_are_known_by_their_keys() -> None:
    org = due_company()
    fill(org, issues=1)
    author, assignee, now = org.memberships.get(), add_member(org), database_now()
    with company_scope(org.pk):
        queue = Queue.objects.get(org=org)
        Queue.objects.filter(pk=queue.pk).update(last_number=1)
        writing.create_issue(queue=queue, actor=author, now=now, summary="Another secret", assignee=assignee)
        assert Mail.objects.get(org=org, to=assignee.user.email).key.startswith(data_deletion.MAIL_KEYS)


def test_mails_of_other_things_survive() -> None:
    org = due_company()
    with platform_scope():
        before = Mail.objects.filter(org=org).count()
    fill(org)
    run()
    assert len(mails(org, "")) == before + 1  # the certificate


# --- why it waits ----------------------------------------------------------------------------------------------
def test_reason_of_the_wait_is_told() -> None:
    org = read_only(days_left=1)

    def reason() -> str:
        org.refresh_from_db()
        with company_scope(org.pk):
            return data_deletion.wait_reason(org, database_now())

    assert reason() == ""
    unwarned = read_only(days_left=-1, name="Southwind")
    with company_scope(unwarned.pk):
        assert data_deletion.wait_reason(unwarned, database_now()) == "unwarned"
    due = due_company(name="Eastwind")
    with company_scope(due.pk):
        assert data_deletion.wait_reason(due, database_now()) == "turn"
        due.deletion_held_at = database_now()
        assert data_deletion.wait_reason(due, database_now()) == "held"
