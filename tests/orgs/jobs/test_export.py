"""The archive: what is in it, who may have it, and that nothing of Tracker is forgotten."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.archive import exporting, fields, layout, serialize
from issues.issue.models import Issue
from orgs.audit.models import AuditEvent
from orgs.jobs import job_worker, jobs
from orgs.jobs.models import JobPart, JobState
from orgs.lifecycle import data_deletion
from orgs.lists import csv_export
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.orgs.jobs.archives import archive_of, export, fill, fill_many, lines, manifest, unpacked
from tests.orgs.jobs.conftest import Start
from tests.orgs.jobs.worker import run, stored
from tests.orgs.lifecycle.companies import due_company

pytestmark = pytest.mark.django_db


# --- nothing is forgotten ---------------------------------------------------------------------------------
def missing_columns(exported: dict[str, dict[str, str]]) -> set[str]:
    """Columns of Tracker's tables that are neither exported nor left out for a reason."""
    found = set()
    for model in apps.get_app_config("issues").get_models(include_auto_created=True):
        known = {*exported.get(model.__name__, {}), *fields.LEFT_OUT.get(model.__name__, {}), *fields.NOT_DATA}
        found |= {f"{model.__name__}.{field.name}" for field in model._meta.concrete_fields if field.name not in known}
    return found


def test_every_column_is_exported_or_left_out_for_a_reason() -> None:
    assert missing_columns(fields.EXPORTED) == set()


def test_tables_of_columns_name_nothing_that_is_not_there() -> None:
    models = {model.__name__: model for model in apps.get_app_config("issues").get_models()}
    for table in (fields.EXPORTED, fields.LEFT_OUT):
        for name, columns in table.items():
            assert set(columns) <= {field.name for field in models[name]._meta.concrete_fields}, name
            assert all(columns.values())
    both = {name: fields.EXPORTED[name].keys() & fields.LEFT_OUT.get(name, {}).keys() for name in fields.EXPORTED}
    assert not any(both.values())


def test_control_a_forgotten_column_and_a_forgotten_table_are_noticed() -> None:
    without = fields.EXPORTED | {"Comment": {"author": "author"}}
    assert missing_columns(without) == {"Comment.text", "Comment.created_at", "Comment.version"}
    assert "Follower.member" in missing_columns({k: v for k, v in fields.EXPORTED.items() if k != "Follower"})


def test_archive_holds_what_the_tables_of_columns_promise(
    org: Organization, admin: Membership, member: Membership
) -> None:
    fill(org, member, admin)
    files = unpacked(archive_of(export(org, admin)))
    issue = lines(files, "issues-0001.jsonl")[0]
    promised = set(fields.EXPORTED["Issue"].values()) | {"followers", "comments", "changes"}
    assert issue.keys() == promised
    assert issue["comments"][0].keys() == set(fields.EXPORTED["Comment"].values())
    assert issue["changes"][0].keys() == set(fields.EXPORTED["Change"].values())
    assert lines(files, "queues.jsonl")[0].keys() == set(fields.EXPORTED["Queue"].values())


# --- what is in it ----------------------------------------------------------------------------------------
def test_archive_tells_everything(org: Organization, admin: Membership, member: Membership) -> None:
    fill(org, member, admin)
    job = export(org, admin)
    files = unpacked(archive_of(job))
    assert sorted(files) == ["README.txt", "issues-0001.jsonl", "manifest.json", "people.csv", "queues.jsonl"]
    first, second, third = lines(files, "issues-0001.jsonl")
    assert (first["key"], first["summary"], first["description"]) == ("ROB-1", "=1+1", "New\ntext")
    assert (first["author"], first["assignee"]) == (member.public_id, admin.public_id)
    assert [comment["text"] for comment in first["comments"]] == ["Look\nhere", "`fixed`"]
    assert [change["kind"] for change in first["changes"]] == [
        "IssueCreated",
        "IssueUpdated",
        "IssueCommentAdded",
        "IssueCommentAdded",
    ]
    assert [change["comment"] for change in first["changes"]] == [None, None, 1, 2]
    assignee = next(entry for entry in first["changes"][1]["fields"] if entry["field"] == "assignee")
    assert assignee == {"field": "assignee", "from": None, "to": admin.public_id}
    assert (second["resolution"], second["status"]) == ("fixed", "closed")
    assert set(third["followers"]) == {member.public_id, admin.public_id}
    counts = {"queues": 2, "issues": 3, "comments": 2, "changes": 7, "followers": 5, "people": 3}
    assert manifest(files)["counts"] == job.result == counts
    assert (job.done, job.total) == (3, 3)


def test_manifest_proves_every_file(org: Organization, admin: Membership, member: Membership) -> None:
    fill(org, member, admin)
    files = unpacked(archive_of(export(org, admin)))
    described = {entry["name"]: entry for entry in manifest(files)["files"]}
    assert described.keys() | {"manifest.json"} == files.keys()
    for name, entry in described.items():
        assert entry["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert (entry["bytes"], entry["lines"]) == (len(files[name]), files[name].count(b"\n"))


def test_thousand_issues_a_file(org: Organization, admin: Membership) -> None:
    fill_many(org, admin, 2001)
    files = unpacked(archive_of(export(org, admin)))
    numbers = [len(lines(files, layout.issues_file(n))) for n in (1, 2, 3)]
    assert numbers == [1000, 1000, 1]
    keys = [row["key"] for n in (1, 2, 3) for row in lines(files, layout.issues_file(n))]
    assert keys == [f"MANY-{n}" for n in range(1, 2002)]


def test_empty_tracker_makes_an_archive_too(org: Organization, admin: Membership) -> None:
    files = unpacked(archive_of(export(org, admin)))
    assert files["queues.jsonl"] == b""
    assert sorted(files) == ["README.txt", "manifest.json", "people.csv", "queues.jsonl"]


def test_people_are_safe_in_a_spreadsheet(org: Organization, admin: Membership) -> None:
    evil = UserFactory(first_name='=HYPERLINK("http://x")', last_name="@SUM(A1)", email="+cmd@example.com")
    add_member(org, user=evil)
    files = unpacked(archive_of(export(org, admin)))
    rows = list(csv.DictReader(io.StringIO(files["people.csv"].decode())))
    assert not [value for row in rows for value in row.values() if value.startswith(csv_export.FORMULA[:-1])]
    assert evil.email in {csv_export.plain(row["email"]) for row in rows}


def test_former_people_are_in_it(org: Organization, admin: Membership, member: Membership, now: dt.datetime) -> None:
    fill(org, member, admin)
    Membership.objects.filter(pk=member.pk).update(ended_at=now)
    rows = csv.DictReader(io.StringIO(unpacked(archive_of(export(org, admin)))["people.csv"].decode()))
    assert {row["id"]: row["state"] for row in rows}[member.public_id] == "former"


def test_nothing_of_another_company_is_in_it(org: Organization, admin: Membership, outsider: Membership) -> None:
    fill(outsider.org, outsider, outsider)
    archive = unpacked(archive_of(export(org, admin)))
    assert not [name for name, content in archive.items() if outsider.public_id.encode() in content]
    assert manifest(archive)["counts"]["issues"] == 0


def test_batch_asks_no_more_when_issues_have_more(org: Organization, admin: Membership, member: Membership) -> None:
    fill(org, member, admin)
    few = statements(org)
    fill_many(org, admin, 30)
    assert statements(org) == few <= 4


def statements(org: Organization) -> int:
    """What dumping all issues asks of the database."""
    with company_scope(org.pk):
        issues = list(Issue.objects.of(org).select_related("queue").order_by("pk"))
        with CaptureQueriesContext(connection) as captured:
            serialize.Batch(org.pk, issues).lines()
    return len(captured)


# --- when and by whom -------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
def test_export_is_possible_until_the_deletion_is_claimed(
    state: State, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=org.pk).update(state=state, retention_ends_at=now + dt.timedelta(days=1))
    possible = state in (State.TRIAL, State.ACTIVE, State.READ_ONLY, State.DEACTIVATED)
    with company_scope(org.pk):
        if possible:
            assert exporting.start(org=org, actor=admin, key="1", now=now)
        else:
            with pytest.raises(Refused):
                exporting.start(org=org, actor=admin, key="1", now=now)


def test_one_export_at_a_time_and_it_is_audited_once(org: Organization, admin: Membership, owner: Membership) -> None:
    with company_scope(org.pk):
        first = exporting.start(org=org, actor=admin, key="1", now=database_now())
        assert exporting.start(org=org, actor=owner, key="2", now=database_now()) == first
        assert AuditEvent.objects.filter(action="tracker.export").count() == 1


def test_issues_created_after_the_beginning_are_left_out(org: Organization, admin: Membership) -> None:
    fill_many(org, admin, 3)
    with company_scope(org.pk):
        job = exporting.start(org=org, actor=admin, key="1", now=database_now())
    run(seconds=0)
    fill(org, admin, admin)
    run()
    assert stored(job).result["issues"] == 3


# --- and when the data is deleted -------------------------------------------------------------------------
def test_deletion_takes_files_and_parts_of_exports_and_no_others(start: Start) -> None:
    org = due_company()
    owner = org.memberships.get()
    done = export(org, owner)
    other = start("counting", owner)
    run()
    half = start("of_tracker", owner, query="q=secret")
    run(seconds=0)
    assert data_deletion.claim(org.pk, now=database_now())
    assert stored(half).state == JobState.CANCELLED
    data_deletion.purge_for(30, clock=database_now)
    org.refresh_from_db()
    assert org.state == State.DELETED
    assert (stored(done).file, bool(stored(other).file)) == ("", True)
    assert stored(half).parameters == {}
    with company_scope(org.pk):
        assert JobPart.objects.count() == 0


def test_nothing_is_certified_while_a_file_is_left(start: Start) -> None:
    org = due_company()
    done = export(org, org.memberships.get())
    claimed = data_deletion.claim(org.pk, now=database_now())
    assert claimed is not None
    for _ in range(5):
        assert data_deletion.purge(claimed.pk, org_id=org.pk, now=database_now()) is False
    jobs.delete_expired_files(now=database_now())
    assert stored(done).file == ""
    assert data_deletion.purge(claimed.pk, org_id=org.pk, now=database_now()) is True


def test_worker_that_was_writing_the_file_when_the_deletion_came_leaves_none(start: Start) -> None:
    org = due_company()
    job = start("of_tracker", org.memberships.get(), up_to=1)
    slow = job_worker.claim(database_now())
    assert slow is not None
    held = job_worker.batch(slow, now=database_now())
    data_deletion.claim(org.pk, now=database_now())
    with pytest.raises(job_worker.Lost):
        job_worker.deliver(held, now=database_now())
    assert stored(job).file == ""
