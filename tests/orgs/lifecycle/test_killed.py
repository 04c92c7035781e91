"""kill -9 of real workers in the middle of their work: the next one goes on, and each thing is done exactly once."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection
from django.utils import timezone

from orgs.audit import audit
from orgs.lifecycle import data_deletion
from orgs.lifecycle.models import Deletion, Notice
from orgs.mail import mail_sender
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import make_company
from tests.orgs.lifecycle.companies import due_company, fill, mails, rows_left, tracker_events
from tests.orgs.mail.processes import Portal, Running, wait_until
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
COMPANIES_A_KILL = 15
ROWS_A_KILL = 1500  # of each table: so many that every kill meets a purge at work


def fill_with_many(org: Organization, rows: int) -> dict[str, int]:
    """Issues, each with a comment and a follower, straight in the database: the workers' batches are of 1,000."""
    counts = fill(org, issues=1)
    with company_scope(org.pk), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO issues_issue (org_id, queue_id, number, key, type, summary, description, status, status_rank,"
            " priority, resolution, author_id, tags, version, created_at, updated_at)"
            " SELECT org_id, queue_id, n, 'ROB-' || n, type, summary, '', status, status_rank, priority, '', author_id,"
            " tags, 1, created_at, updated_at FROM issues_issue, generate_series(2, %s) n WHERE number = 1",
            [rows],
        )
        cursor.execute(
            "INSERT INTO issues_comment (org_id, issue_id, author_id, text, created_at, version)"
            " SELECT org_id, id, author_id, 'A secret', created_at, 1 FROM issues_issue WHERE number > 1"
        )
        cursor.execute(
            "INSERT INTO issues_follower (org_id, issue_id, member_id)"
            " SELECT org_id, id, author_id FROM issues_issue WHERE number > 1"
        )
    many = dict.fromkeys(("issues.issue", "issues.comment", "issues.follower"), rows)
    return counts | many


def deleted_rows(org: Organization) -> int:
    with company_scope(org.pk):
        found = Deletion.objects.filter(org=org).first()
        return sum(found.counts.values()) if found else 0


def is_deleted(org: Organization) -> bool:
    org.refresh_from_db()
    return org.state == State.DELETED


def kill_while_it_works(worker: Running, org: Organization, *, child: bool, dice: random.Random) -> bool:
    """Waits until the worker has deleted something more, and kills a moment later; False when it was done before."""
    before = deleted_rows(org)
    wait_until(lambda: deleted_rows(org) > before or is_deleted(org))
    time.sleep(dice.random() * 0.1)
    was_at_work = not is_deleted(org)
    if child:
        worker.kill_children()
    else:
        worker.kill()
    return was_at_work


def live_through_kills(portal: Portal, kills: int) -> int:
    """Returns how many kills met a purge at work."""
    org, dice = due_company(), random.Random(kills)
    counts = fill_with_many(org, ROWS_A_KILL * kills)
    portal.beat()
    worker = portal.worker()
    met = 0
    for kill in range(kills):
        child = kill % 2 == 0
        met += kill_while_it_works(worker, org, child=child, dice=dice)
        if not child:
            worker = portal.worker()
    wait_until(lambda: is_deleted(org), 120)
    with company_scope(org.pk):
        assert Deletion.objects.get().counts == counts
    assert rows_left(org) == 0
    events = tracker_events(org)
    assert (events["tracker.deletion_claim"], events["tracker.deletion_finish"]) == (1, 1)
    assert data_deletion.unfinished() == []
    return met


def test_killed_workers_delete_exactly_once(portal: Portal) -> None:
    """A child and a whole worker; in `make soak` fifty of them."""
    assert live_through_kills(portal, 2) >= 1


@pytest.mark.soak
def test_fifty_killed_workers_delete_exactly_once(portal: Portal) -> None:
    assert live_through_kills(portal, 50) >= 25


# --- sweep and notices -------------------------------------------------------------------------------------
def moved_and_told(orgs: list[Organization]) -> int:
    """How many moves and accepted notices there are."""
    moved = Organization.objects.filter(pk__in=[org.pk for org in orgs], state=State.READ_ONLY).count()
    with platform_scope():
        return moved + Notice.objects.filter(org__in=orgs, accepted_at__isnull=False).count()


def is_there_work(orgs: list[Organization]) -> bool:
    """Whether a worker has something to do now; a mail in the hands of one that was killed waits for its claim to end."""
    with platform_scope():
        is_mail_due = Mail.objects.due(timezone.now()).filter(org__in=orgs).exists()
        return is_mail_due or Notice.objects.filter(org__in=orgs).count() < len(orgs)


def live_through_kills_while_moving(portal: Portal, sink: Sink, kills: int) -> int:
    """Companies whose trial ended 25 days ago, unnoticed: each is moved and warned. Returns how many kills met work."""
    orgs = [make_company(f"Company {number}", age_days=55) for number in range(COMPANIES_A_KILL * kills)]
    dice, everything = random.Random(kills), 2 * len(orgs)
    worker, met = portal.worker(), 0
    for kill in range(kills):
        before = moved_and_told(orgs)
        wait_until(lambda before=before: moved_and_told(orgs) > before or not is_there_work(orgs), 120)
        time.sleep(dice.random() * 0.1)
        met += is_there_work(orgs)
        if kill % 2 == 0:
            worker.kill_children()
        else:
            worker.kill()
            worker = portal.worker()
    wait_until(lambda: moved_and_told(orgs) == everything, mail_sender.CLAIM.total_seconds() + 120)
    worker.kill()
    assert_each_was_moved_and_told_once(orgs, sink)
    return met


def assert_each_was_moved_and_told_once(orgs: list[Organization], sink: Sink) -> None:
    """A mail whose sender was killed may come twice, with the one Message-ID by which its receiver knows it."""
    for org in orgs:
        assert tracker_events(org) == {"tracker.activate": 1, "tracker.trial_end": 1}
        [mail] = mails(org, "notice:")
        assert set(sink.message_ids(mail.to)) == {mail.message_id}
        with company_scope(org.pk):
            assert audit.broken_at(org) is None


def test_killed_workers_move_and_tell_each_company_once(portal: Portal, smtp_sink: Sink) -> None:
    portal.beat("tests.orgs.lifecycle.beat")
    assert live_through_kills_while_moving(portal, smtp_sink, 2) >= 1


@pytest.mark.soak
def test_fifty_killed_workers_move_and_tell_each_company_once(portal: Portal, smtp_sink: Sink) -> None:
    """In rounds, because very many companies fill the one queue."""
    portal.beat("tests.orgs.lifecycle.beat")
    met = 0
    for number in range(10):
        met += live_through_kills_while_moving(portal, smtp_sink, 5)
        print(f"{5 * (number + 1)} kills, {met} of them in the middle of work")
    assert met >= 25


def test_claims_of_killed_workers_are_taken_up_by_hand() -> None:
    """The purge needs no job that remembers: whoever comes next finds the claim."""
    org = due_company()
    counts = fill(org)
    assert data_deletion.claim(org.pk, now=database_now())
    assert data_deletion.purge_for(10, clock=database_now) is False
    with company_scope(org.pk):
        assert Deletion.objects.get().counts == counts
