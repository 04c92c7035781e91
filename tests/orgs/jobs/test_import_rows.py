"""Rows of an archive that do not fit take everything back, that of earlier batches too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from issues.archive import layout
from orgs.jobs.models import JobState
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.orgs.jobs.archives import Files, archive_of, export, fill_many, lines, unpacked
from tests.orgs.jobs.damage import sealed
from tests.orgs.jobs.imports import assert_failed, bring, is_empty

pytestmark = pytest.mark.django_db
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
def test_row_that_does_not_fit_takes_everything_back(damage: str, archived: Files, target: Organization) -> None:
    rows = lines(archived, "issues-0001.jsonl")
    rows[1] |= ROWS[damage]
    content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    assert_failed(bring(target, sealed(archived | {"issues-0001.jsonl": content})), "issues-0001.jsonl, line 2")


@pytest.mark.parametrize("line", [b"{", b"[]", b'"x"', b"NaN", b"", b"\xff", b"[" * 100_000])
def test_line_that_is_no_row_takes_everything_back(line: bytes, archived: Files, target: Organization) -> None:
    content = archived["issues-0001.jsonl"] + line + b"\n"
    assert_failed(bring(target, sealed(archived | {"issues-0001.jsonl": content})), "line 4 cannot be read")


def test_issue_that_is_in_it_twice_takes_everything_back(archived: Files, target: Organization) -> None:
    twice = archived["issues-0001.jsonl"] * 2
    assert_failed(bring(target, sealed(archived | {"issues-0001.jsonl": twice})), "twice")


@pytest.mark.parametrize("people", [b"", b"id\r\nx\r\n", b"\xff\xfe\x00"])
def test_odd_people_break_nothing(people: bytes, archived: Files, target: Organization) -> None:
    job = bring(target, sealed(archived | {"people.csv": people}))
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
