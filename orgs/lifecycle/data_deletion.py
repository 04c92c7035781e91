"""Deletion of a company's Tracker data: due → claimed (no way back) → purged in batches → verified → certificate.

What is purged follows from the models (`tracker_content`), together with the outbox's mails about issues.

A company that its owner closes (`orgs/lifecycle/closing.py`) goes the same way from the claim on.

Brakes: the 30 days; a warning that a mail server accepted at least 72 h before; an operator's hold on one company; the
off switch for all; twenty claims an hour. Without an accepted warning nothing is ever deleted: product.md §2 lets a
deletion wait for one 14 days; after them it still waits, but for an operator, whom `/readyz` and the log call
(`orgs/lifecycle/health_alerts.py`).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError, connection

from orgs.jobs import jobs
from orgs.lifecycle import emails as letters
from orgs.lifecycle import notices, tracker_content
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Brake, Deletion
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people import recipients
from orgs.tenancy.organization_models import STOPPED, Organization
from orgs.tenancy.scopes import company_scope, platform_scope

logger = logging.getLogger(__name__)

BATCH = 1000
PAUSE = 0.05  # seconds between two batches
CLAIMS_AN_HOUR = 20
HOUR = dt.timedelta(hours=1)
PURGE_LOCK = 0x7261636B  # one batch at a time, whoever purges: the neighbours feel one
MAIL_KEYS = (
    "issue:"  # what keys of mails about issues begin with (`issues/issue/notices.py`): they quote what is deleted
)


# --- The claim -----------------------------------------------------------------------------------------
def claim(org_id: int, *, now: dt.datetime) -> Deletion | None:
    """Claims one company's deletion if it is due and no brake holds it; None otherwise. `now` is the database's."""
    with platform_scope():
        lock_brake()
        if is_braked(now):
            return None
        with company_scope(org_id):
            org = Organization.objects.lock(org_id)
            lifecycle.reconcile_state(org, now=now)
            if org.retention_ends_at is None or not is_due(org, now):
                return None
            lifecycle.claim_deletion(org, now=now)
            return begin(org, due_at=org.retention_ends_at, now=now)


def begin(org: Organization, *, due_at: dt.datetime, now: dt.datetime) -> Deletion:
    """The deletion of a company that was claimed, under its lock: from now on the purge finds it.

    The purge counts what there is to delete: other companies' claims wait for this transaction.
    """
    jobs.stop_for_deletion(org, now=now)
    deletion: Deletion = Deletion.objects.create(org=org, due_at=due_at, claimed_at=now)
    return deletion


def count_rows(org_id: int) -> int:
    """How many rows a purge has to delete. The caller is inside the company's scope."""
    mails = Mail.objects.filter(org=org_id, key__startswith=MAIL_KEYS).count()
    return mails + sum(model._default_manager.filter(org=org_id).count() for model in tracker_content.purge_list())


def is_due(org: Organization, now: dt.datetime) -> bool:
    """The 30 days are over, nobody holds it, and a warning was accepted at least 72 h ago."""
    over = org.retention_ends_at is not None and now >= org.retention_ends_at
    stopped = lifecycle.state_at(org, now) in STOPPED
    return stopped and over and org.deletion_held_at is None and notices.is_warned(org, now)


def is_braked(now: dt.datetime) -> bool:
    """The operator's off switch, or twenty claims within the last hour. The caller is in the platform's scope."""
    return is_off() or Deletion.objects.filter(claimed_at__gt=now - HOUR).count() >= CLAIMS_AN_HOUR


def is_off() -> bool:
    """Whether an operator has switched all deletions off."""
    return Brake.objects.filter(released_at=None).exists()


def wait_reason(org: Organization, now: dt.datetime) -> str:
    """Why a deletion whose 30 days are over has not begun: held, off, unwarned, or turn (it is going to); else "".

    The caller is inside the company's scope.
    """
    if lifecycle.state_at(org, now) not in STOPPED or org.retention_ends_at is None or now < org.retention_ends_at:
        return ""
    if org.deletion_held_at is not None:
        return "held"
    if is_off():
        return "off"
    return "turn" if notices.is_warned(org, now) else "unwarned"


def lock_brake() -> None:
    """One claim at a time, because the hourly limit is counted; and nobody pulls the brake between look and claim."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE orgs_brake IN SHARE ROW EXCLUSIVE MODE")


# --- The purge -----------------------------------------------------------------------------------------
def purge(deletion_id: int, *, org_id: int, now: dt.datetime) -> bool:
    """Deletes one batch and adds it to the counts; True when nothing is left and the certificate is written.

    The counts are written with the batch they count, so a crash loses both or neither.
    """
    with company_scope(org_id):
        org = Organization.objects.lock(org_id)
        deletion = Deletion.objects.select_for_update().get(pk=deletion_id)
        if deletion.finished_at:
            return True
        if deletion.total is None:
            deletion.total = deletion.deleted + count_rows(org_id)
        for label, delete in _parts(org_id):
            if count := delete():
                deletion.counts[label] = deletion.counts.get(label, 0) + count
                deletion.save(update_fields=["counts", "total"])
                return False
        if jobs.has_tracker_files(org_id):
            return False
        _certify(org, deletion, now=now)
        return True


def purge_all(deletion_id: int, *, org_id: int, clock: Callable[[], dt.datetime]) -> None:
    """Batch after batch until the certificate is written, with pauses for the neighbours."""
    while not purge(deletion_id, org_id=org_id, now=clock()):
        jobs.delete_expired_files(now=clock(), org_id=org_id)
        time.sleep(PAUSE)


def purge_for(seconds: float, *, clock: Callable[[], dt.datetime]) -> bool:
    """Works through the claimed deletions, the oldest first; True when time ran out before the work did.

    Leaves it to another one that is at it. A deletion that fails is logged, and keeps nobody else's from going on.
    """
    ends_at = time.monotonic() + seconds
    for deletion_id, org_id in unfinished():
        try:
            jobs.delete_expired_files(now=clock(), org_id=org_id)
            is_done = _purge_until(ends_at, deletion_id, org_id=org_id, clock=clock)
        except DatabaseError:
            logger.exception("Deletion %s of company %s failed; it is tried again.", deletion_id, org_id)
            continue
        if not is_done:
            return time.monotonic() >= ends_at
    return False


def unfinished() -> list[tuple[int, int]]:
    """(deletion, company) of deletions that were claimed and are not certified."""
    with platform_scope():
        deletions = Deletion.objects.filter(finished_at=None).order_by("claimed_at", "pk")
        return list(deletions.values_list("pk", "org_id"))


def _purge_until(ends_at: float, deletion_id: int, *, org_id: int, clock: Callable[[], dt.datetime]) -> bool:
    """True when the deletion is done; False when time ran out or somebody else is purging."""
    while time.monotonic() < ends_at:
        with platform_scope():
            if not _is_alone():
                return False
            is_done = purge(deletion_id, org_id=org_id, now=clock())
        if is_done:
            return True
        time.sleep(PAUSE)
    return False


def _parts(org_id: int) -> list[tuple[str, Callable[[], int]]]:
    """(label, delete one batch) of everything that goes; mails first, so that none of them is sent any more."""
    mails = partial(_delete_batch, "orgs_mail", "org_id = %s AND key LIKE %s", [org_id, f"{MAIL_KEYS}%"])
    parts: list[tuple[str, Callable[[], int]]] = [("orgs.mail", mails)]
    for model in tracker_content.purge_list():
        rows = partial(_delete_batch, model._meta.db_table, "org_id = %s", [org_id])
        parts.append((model._meta.label_lower, rows))
    return parts


def _delete_batch(table: str, condition: str, values: list[int | str]) -> int:
    name = connection.ops.quote_name(table)
    sql = f"DELETE FROM {name} WHERE id IN (SELECT id FROM {name} WHERE {condition} LIMIT %s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, BATCH])
        return int(cursor.rowcount)


def _certify(org: Organization, deletion: Deletion, *, now: dt.datetime) -> None:
    """Everything is gone (each table was just found empty): the certificate and the mails that carry it."""
    deletion.finished_at = now
    deletion.save(update_fields=["finished_at", "total"])
    lifecycle.finish_deletion(org, now=now)
    letter = letters.certificate(org, deletion)
    told = recipients.last_owners(org) if org.closed_at else recipients.administrators(org)
    people = told.values_list("pk", "user__email")
    key = f"deletion:{deletion.pk}:"
    outbox.post_all(
        [outbox.new_mail(org=org, key=f"{key}{pk}", to=email, letter=letter, now=now) for pk, email in people]
    )


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PURGE_LOCK])
        return bool(cursor.fetchone()[0])
