"""An archive into an empty Tracker: what was exported comes back, what does not fit leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access import grants
from issues import comments, queues, search, writing
from issues.archive import importing, layout
from issues.models import Change, Comment, Follower, Issue, Queue
from orgs import deletion, jobs, lifecycle
from orgs.clock import database_now
from orgs.errors import Refused
from orgs.models import AuditEvent, Job, JobPart, JobState, Level, Membership, Organization, State
from orgs.scopes import company_scope
from tests.factories import UserFactory, add_member, make_company
from tests.jobs.archives import Files, archive_of, export, fill, fill_many, lines, manifest, packed, unpacked
from tests.jobs.conftest import run, stored
from tests.jobs.damage import sealed
from tests.lifecycle.companies import due_company, events, rows_left

pytestmark = pytest.mark.django_db

TABLES = (Queue, Issue, Comment, Change, Follower)


@pytest.fixture
def target() -> Organization:
    """Another company in its free trial, with an empty Tracker."""
    return make_company("Westwind", age_days=1)


@pytest.fixture
def source(org: Organization, admin: Membership, member: Membership) -> Files:
    """The archive of a company with something of everything."""
    fill(org, member, admin)
    return unpacked(archive_of(export(org, admin)))


def begin(org: Organization, actor: Membership, archive: bytes) -> Job:
    with company_scope(org.pk):
        upload = SimpleUploadedFile("archive.zip", archive)
        return importing.start(org=org, actor=actor, key=uuid.uuid4().hex, archive=upload, now=database_now())


def bring(org: Organization, files: Files) -> Job:
    """Imports the files as the company's owner."""
    job = begin(org, org.memberships.get(role="owner"), packed(files))
    for _ in range(3):
        run()
    return stored(job)


def is_empty(org: Organization) -> bool:
    with company_scope(org.pk):
        return not any(table.objects.filter(org=org).exists() for table in TABLES)


def assert_failed(job: Job, sentence: str) -> None:
    assert job.state == JobState.FAILED
    assert sentence in job.error
    assert is_empty(Organization.objects.get(pk=job.org_id))
    with company_scope(job.org_id):
        assert JobPart.objects.count() == 0


# --- round trip -------------------------------------------------------------------------------------------
def test_exported_deleted_imported_and_exported_again_is_the_same() -> None:
    """All files are equal but README.txt and manifest.json, which say when reading began."""
    org = due_company()
    owner = org.memberships.get()
    former = add_member(org, user=UserFactory(first_name="=Eve"))
    fill(org, owner, former)
    Membership.objects.filter(pk=former.pk).update(ended_at=database_now())
    before = unpacked(archive_of(export(org, owner)))
    assert deletion.claim(org.pk, now=database_now())
    deletion.purge_for(30, clock=database_now)
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
        assert Issue.objects.filter(org=target, search=search.query("thir")).get().key == "ROB-3"
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


# --- an archive that does not fit -------------------------------------------------------------------------
def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {key: content for key, content in files.items() if key != name}


def with_file(name: str, content: bytes = b"x") -> Callable[[Files], Files]:
    return lambda files: files | {name: content}


def told(**changes: Any) -> Callable[[Files], Files]:
    """The manifest says something else."""
    return lambda files: files | {"manifest.json": json.dumps(manifest(files) | changes).encode()}


OUTSIDE: dict[str, tuple[Callable[[Files], Files], str]] = {
    "path": (with_file("../../etc/passwd"), "does not belong"),
    "absolute path": (with_file("/etc/passwd"), "does not belong"),
    "another file": (with_file("issues-0001.jsonl.exe"), "does not belong"),
    "undescribed file": (with_file("issues-0002.jsonl"), "not complete"),
    "no manifest": (without("manifest.json"), "no manifest.json"),
    "no people": (without("people.csv"), "not complete"),
    "missing issues": (without("issues-0001.jsonl"), "not complete"),
    "broken manifest": (with_file("manifest.json", b"{"), "cannot be read"),
    "deep manifest": (with_file("manifest.json", b"[" * 100_000), "cannot be read"),
    "list as manifest": (with_file("manifest.json", b"[]"), "not an export"),
    "another format": (told(format="other"), "not an export"),
    "another version": (told(version=2), "format version 2"),
    "odd files": (told(files=["x"]), "cannot be read"),
    "odd counts": (told(counts={"issues": "x"}), "cannot be read"),
    "broken hash": (with_file("queues.jsonl", b"x" * 10), "not complete"),
}


@pytest.mark.parametrize("damage", OUTSIDE)
def test_unsound_archive_is_refused_with_a_reason(damage: str, source: Files, target: Organization) -> None:
    change, sentence = OUTSIDE[damage]
    assert_failed(bring(target, change(source)), sentence)


def test_changed_file_of_the_same_size_is_noticed(source: Files, target: Organization) -> None:
    changed = source["issues-0001.jsonl"].replace(b"Closed", b"Opened")
    assert_failed(bring(target, source | {"issues-0001.jsonl": changed}), "does not fit the manifest")


def test_control_the_same_change_with_an_honest_manifest_is_imported(source: Files, target: Organization) -> None:
    changed = source["issues-0001.jsonl"].replace(b"Closed", b"Opened")
    assert bring(target, sealed(source | {"issues-0001.jsonl": changed})).state == JobState.DONE


def test_file_that_is_no_zip_is_refused(target: Organization) -> None:
    job = begin(target, target.memberships.get(), b"GIF89a")
    run()
    run()
    assert_failed(stored(job), "not a zip archive")


def test_truncated_zip_is_refused(source: Files, target: Organization) -> None:
    job = begin(target, target.memberships.get(), packed(source)[:-200])
    run()
    run()
    assert_failed(stored(job), "not a zip archive")


def test_file_that_is_in_the_zip_twice_is_refused(source: Files, target: Organization) -> None:
    archive = io.BytesIO(packed(source))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("people.csv", b"id")
    job = begin(target, target.memberships.get(), archive.getvalue())
    run()
    run()
    assert_failed(stored(job), "does not belong")


def test_zip_bomb_is_refused_before_it_is_unpacked(
    source: Files, target: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issues.archive.reading.LARGEST_FILE", 1024 * 1024)
    bomb = source | {"issues-0001.jsonl": b"0" * 2 * 1024 * 1024}
    assert len(packed(bomb)) < 20_000
    assert_failed(bring(target, sealed(bomb)), "too large")


def test_sum_of_many_files_is_limited(source: Files, target: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.archive.reading.LARGEST_SUM", 4096)
    assert_failed(bring(target, source), "too large")


# --- rows that do not fit ---------------------------------------------------------------------------------
ROWS: dict[str, dict[str, Any]] = {
    "status": {"status": "lost"},
    "type": {"type": "x"},
    "priority": {"priority": 3},
    "queue": {"queue": "NONE"},
    "number above the queue's": {"number": 99, "key": "ROB-99"},
    "key of another number": {"key": "ROB-7"},
    "huge number": {"number": 2**40},
    "yes as number": {"version": True},
    "null summary": {"summary": None},
    "empty summary": {"summary": ""},
    "long summary": {"summary": "x" * 256},
    "long description": {"description": "x" * 100_001},
    "null character": {"summary": "a\x00b"},
    "lone surrogate": {"summary": "\ud800"},
    "naive instant": {"created_at": "2026-01-01T00:00:00"},
    "no instant": {"updated_at": "yesterday"},
    "impossible instant": {"created_at": "2026-02-31T00:00:00+00:00"},
    "early instant": {"created_at": "0001-01-01T00:00:00+14:00"},
    "no date": {"due_on": "soon"},
    "resolution without instant": {"resolution": "fixed", "resolved_at": None},
    "tags as text": {"tags": "a"},
    "long tag": {"tags": ["x" * 41]},
    "comments as text": {"comments": "x"},
    "comment as text": {"comments": ["x"]},
    "comment without text": {"comments": [{"author": "x", "created_at": "2026-01-01T00:00:00+00:00", "version": 1}]},
    "changes as number": {"changes": 1},
    "followers as object": {"followers": {}},
}


@pytest.mark.parametrize("damage", ROWS)
def test_row_that_does_not_fit_takes_everything_back(damage: str, source: Files, target: Organization) -> None:
    rows = lines(source, "issues-0001.jsonl")
    rows[1] |= ROWS[damage]
    content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    assert_failed(bring(target, sealed(source | {"issues-0001.jsonl": content})), "issues-0001.jsonl, line 2")


@pytest.mark.parametrize("line", [b"{", b"[]", b'"x"', b"NaN", b"", b"\xff", b"[" * 100_000])
def test_line_that_is_no_row_takes_everything_back(line: bytes, source: Files, target: Organization) -> None:
    content = source["issues-0001.jsonl"] + line + b"\n"
    assert_failed(bring(target, sealed(source | {"issues-0001.jsonl": content})), "line 4 cannot be read")


def test_issue_that_is_in_it_twice_takes_everything_back(source: Files, target: Organization) -> None:
    twice = source["issues-0001.jsonl"] * 2
    assert_failed(bring(target, sealed(source | {"issues-0001.jsonl": twice})), "twice")


@pytest.mark.parametrize("people", [b"", b"id\r\nx\r\n", b"\xff\xfe\x00"])
def test_odd_people_break_nothing(people: bytes, source: Files, target: Organization) -> None:
    job = bring(target, sealed(source | {"people.csv": people}))
    assert job.state in (JobState.DONE, JobState.FAILED)
    assert job.state == JobState.DONE or is_empty(target)


def test_error_in_a_later_batch_takes_back_the_earlier_ones(
    org: Organization, admin: Membership, target: Organization
) -> None:
    fill_many(org, admin, 450)
    files = unpacked(archive_of(export(org, admin)))
    rows = lines(files, layout.issues_file(1))
    rows[420]["status"] = "lost"
    content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    assert_failed(bring(target, sealed(files | {layout.issues_file(1): content})), "line 421")


# --- who and where ----------------------------------------------------------------------------------------
def test_tracker_that_is_not_empty_takes_no_archive(source: Files, org: Organization, member: Membership) -> None:
    with pytest.raises(Refused, match="not empty"):
        begin(org, member, packed(source))
    with company_scope(org.pk):
        assert not Job.objects.filter(org=org, kind="import").exists()


def test_queue_that_was_created_meanwhile_is_noticed_and_stays(source: Files, target: Organization) -> None:
    owner = target.memberships.get()
    job = begin(target, owner, packed(source))
    run(seconds=0)
    with company_scope(target.pk):
        queues.create(org=target, key="ROB", name="Faster", actor=owner, now=database_now())
    run()
    run()
    assert "not empty" in stored(job).error
    with company_scope(target.pk):
        assert [queue.name for queue in Queue.objects.filter(org=target)] == ["Faster"]


def test_one_import_at_a_time(source: Files, target: Organization) -> None:
    owner = target.memberships.get()
    begin(target, owner, packed(source))
    with pytest.raises(Refused, match="Another import"):
        begin(target, owner, packed(source))


LOSSES: dict[str, Callable[[Organization, dt.datetime], object]] = {
    "the trial ends": lambda org, now: Organization.objects.filter(pk=org.pk).update(trial_ends_at=now),
    "no administrator any more": lambda org, _: org.memberships.update(role="employee"),
    "blocked": lambda org, now: org.memberships.update(blocked_at=now),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_right_that_is_lost_on_the_way_stops_the_import_and_takes_it_back(
    loss: str, org: Organization, admin: Membership, target: Organization
) -> None:
    fill_many(org, admin, 450)
    job = begin(target, target.memberships.get(), archive_of(export(org, admin)))
    for _ in range(3):
        run(seconds=0)
    assert stored(job).done == 200
    LOSSES[loss](target, database_now())
    run()
    run()
    assert_failed(stored(job), "may not write")


def test_cancelled_import_is_taken_back_and_the_work_of_others_stays(
    org: Organization, admin: Membership, target: Organization
) -> None:
    fill_many(org, admin, 450)
    owner = target.memberships.get()
    job = begin(target, owner, archive_of(export(org, admin)))
    for _ in range(3):
        run(seconds=0)
    with company_scope(target.pk):
        queue = Queue.objects.get(org=target)
        own = writing.create_issue(queue=queue, actor=owner, now=database_now(), summary="Mine")
        comments.add_comment(
            issue=Issue.objects.get(org=target, key="MANY-1"), text="x", actor=owner, now=database_now()
        )
        jobs.cancel(job=job, actor=owner, now=database_now())
    run()
    assert stored(job).state == JobState.CANCELLED
    with company_scope(target.pk):
        assert [issue.key for issue in Issue.objects.filter(org=target)] == [own.key]
        assert Queue.objects.get(org=target).key == "MANY"


def test_import_is_audited_once(source: Files, target: Organization) -> None:
    bring(target, source)
    with company_scope(target.pk):
        assert AuditEvent.objects.filter(action="tracker.import").count() == 1
