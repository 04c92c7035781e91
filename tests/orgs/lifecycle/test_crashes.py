"""A process that dies at any statement of sweep, notice, mail or deletion: the recovery ends as if nothing had been.

It dies before the statement (all transactions before it are committed) or, in `make soak`, after it (its own
transaction is not: what is left is the same, unless a statement commits by itself). A deletion repeats its few
statements table by table: only `make soak` dies at each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.lifecycle import data_deletion, notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle import sweep as sweeping
from orgs.lifecycle.models import Deletion, Notice
from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import add_member, make_company
from tests.orgs.lifecycle.companies import due_company, fill, let_pass, read_only, rows_left
from tests.orgs.lifecycle.crashes import crash_at
from tests.orgs.savepoints import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two, no pauses, as many claims as there are crashes, and no broker."""
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 1000)
    monkeypatch.setattr(data_deletion, "BATCH", 2)
    monkeypatch.setattr(data_deletion, "PAUSE", 0)
    monkeypatch.setattr(outbox, "wake", lambda: None)


def with_two_administrators(org: Organization) -> Organization:
    Membership.objects.filter(pk=add_member(org).pk).update(role=Role.ADMINISTRATOR)
    return org


# --- the three jobs, each for one company -------------------------------------------------------------------
def sweep(org: Organization) -> None:
    sweeping.move(org.pk, now=database_now())


def post_notice(org: Organization) -> None:
    notices.post_due(org.pk, now=database_now())


def send(org: Organization) -> None:
    """The drainer, for which all claims and pauses of the one before are over."""
    let_pass(org, dt.timedelta(0))
    mail_sender.drain()


def delete(org: Organization) -> None:
    data_deletion.claim(org.pk, now=database_now())
    for deletion_id, org_id in data_deletion.unfinished():
        data_deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


def overdue() -> Organization:
    return with_two_administrators(make_company())


def to_be_told() -> Organization:
    return with_two_administrators(read_only(days_left=6))


def to_be_sent() -> Organization:
    """With one administrator: a mail to another one would make good what this one's has lost."""
    org = read_only(days_left=6)
    notices.post_due(org.pk, now=database_now())
    return org


def to_be_deleted() -> Organization:
    org = with_two_administrators(due_company())
    fill(org, issues=3)
    return org


Job = Callable[[Organization], None]
JOBS: dict[str, tuple[Callable[[], Organization], Job]] = {
    "sweep": (overdue, sweep),
    "notice": (to_be_told, post_notice),
    "mail": (to_be_sent, send),
    "deletion": (to_be_deleted, delete),
}
STRIDES = {"sweep": 1, "notice": 1, "mail": 1, "deletion": 7}  # statements from one crash to the next


def outcome(org: Organization) -> dict[str, Any]:
    """Everything that a job leaves behind, without ids and instants."""
    org.refresh_from_db()
    with company_scope(org.pk):
        administrators = dict(Membership.objects.administrators().values_list("user__email", "pk"))
        return {
            "state": (org.state, org.retention_ends_at is None, org.deleted_at is None),
            "events": list(AuditEvent.objects.order_by("number").values_list("action", flat=True)),
            "chain": audit.broken_at(org),
            "notices": [(row.kind, row.days, row.accepted_at is None) for row in Notice.objects.all()],
            "mails": sorted(
                (mail.key.split(":")[0], mail.to in administrators, mail.sent_at is None) for mail in Mail.objects.all()
            ),
            "deletions": [(row.counts, row.finished_at is None) for row in Deletion.objects.all()],
            "left": rows_left(org),
        }


@pytest.mark.long
@pytest.mark.parametrize("name", JOBS)
def test_crash_changes_nothing_in_the_end(name: str) -> None:
    expect_nothing_changed_by_crashes(name, stride=STRIDES[name])


@pytest.mark.soak
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", JOBS)
def test_crash_at_any_statement_changes_nothing_in_the_end(name: str, after: bool) -> None:
    expect_nothing_changed_by_crashes(name, stride=1, after=after)


def expect_nothing_changed_by_crashes(name: str, *, stride: int, after: bool = False) -> None:
    """A crash of the job at every so manieth statement, and a second try."""
    make, job = JOBS[name]
    company = make().pk
    undisturbed = live_through(company, job)
    statement, died = 0, True
    while died:
        with undone():
            org = Organization.objects.get(pk=company)
            died = crash_at(statement, lambda org=org: job(org), after=after)
            assert live_through(company, job) == undisturbed, f"with a crash at statement {statement}"
        statement += stride
    assert statement >= 5, "the job's statements were counted"


def live_through(company: int, job: Job) -> dict[str, Any]:
    """What the job leaves, of which nothing stays."""
    org = Organization.objects.get(pk=company)
    with undone():
        job(org)
        return outcome(org)


# --- controls: jobs that do in two transactions what belongs into one -----------------------------------------
def sweep_in_two_steps(org: Organization) -> None:
    """The event is written when the state has been."""
    now, ends_at = database_now(), org.trial_ends_at + lifecycle.RETENTION
    moved = Organization.objects.due_to_move(now).filter(pk=org.pk).update(state="read_only", retention_ends_at=ends_at)
    if moved:
        with company_scope(org.pk):
            audit.record(Organization.objects.lock(org.pk), "tracker.trial_end", actor=None, now=now)


def post_for_new_notices_only(org: Organization) -> None:
    """The mails are written when the notice has been, by whoever wrote it."""
    now = database_now()
    with company_scope(org.pk):
        [due] = notices.due(org, now)
        what = {"kind": due.kind, "deadline": due.deadline, "days": due.days}
        _, is_new = Notice.objects.get_or_create(org=org, **what, defaults={"posted_at": now})
    if is_new:
        notices.post_due(org.pk, now=now)


def send_and_note_apart(org: Organization) -> None:
    """A mail is marked as sent before its acceptance is written down."""
    let_pass(org, dt.timedelta(0))
    while mail := mail_sender.claim(timezone.now()):
        with platform_scope():
            Mail.objects.filter(pk=mail.pk).update(sent_at=database_now())
        with platform_scope():
            notices.note_accepted(mail, now=database_now())


def delete_counting_apart(org: Organization) -> None:
    """Batches are counted after they are gone."""
    data_deletion.claim(org.pk, now=database_now())
    for deletion_id, org_id in data_deletion.unfinished():
        for label, delete_batch in data_deletion._parts(org_id):
            while True:
                with company_scope(org_id):
                    count = delete_batch()
                if not count:
                    break
                with company_scope(org_id):
                    row = Deletion.objects.get(pk=deletion_id)
                    row.counts[label] = row.counts.get(label, 0) + count
                    row.save()
        data_deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


CARELESS = {
    "sweep": sweep_in_two_steps,
    "notice": post_for_new_notices_only,
    "mail": send_and_note_apart,
    "deletion": delete_counting_apart,
}


@pytest.mark.parametrize("name", JOBS)
def test_control_a_careless_job_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOBS, name, (JOBS[name][0], CARELESS[name]))
    with pytest.raises(AssertionError, match="with a crash at statement"):
        expect_nothing_changed_by_crashes(name, stride=1)
