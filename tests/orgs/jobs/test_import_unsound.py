"""An archive that is not sound is refused with a reason and leaves nothing behind."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from orgs.jobs.models import JobState
from orgs.tenancy.organization_models import Organization
from tests.orgs.jobs.archives import Files, manifest, packed
from tests.orgs.jobs.damage import sealed
from tests.orgs.jobs.imports import assert_failed, begin, bring
from tests.orgs.jobs.worker import run, stored

pytestmark = pytest.mark.django_db


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
def test_unsound_archive_is_refused_with_a_reason(damage: str, archived: Files, target: Organization) -> None:
    change, sentence = OUTSIDE[damage]
    assert_failed(bring(target, change(archived)), sentence)


def test_changed_file_of_the_same_size_is_noticed(archived: Files, target: Organization) -> None:
    changed = archived["issues-0001.jsonl"].replace(b"Closed", b"Opened")
    assert_failed(bring(target, archived | {"issues-0001.jsonl": changed}), "does not fit the manifest")


def test_control_the_same_change_with_an_honest_manifest_is_imported(archived: Files, target: Organization) -> None:
    changed = archived["issues-0001.jsonl"].replace(b"Closed", b"Opened")
    assert bring(target, sealed(archived | {"issues-0001.jsonl": changed})).state == JobState.DONE


def test_file_that_is_no_zip_is_refused(target: Organization) -> None:
    job = begin(target, target.memberships.get(), b"GIF89a")
    run()
    run()
    assert_failed(stored(job), "not a zip archive")


def test_truncated_zip_is_refused(archived: Files, target: Organization) -> None:
    job = begin(target, target.memberships.get(), packed(archived)[:-200])
    run()
    run()
    assert_failed(stored(job), "not a zip archive")


def test_file_that_is_in_the_zip_twice_is_refused(archived: Files, target: Organization) -> None:
    archive = io.BytesIO(packed(archived))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("people.csv", b"id")
    job = begin(target, target.memberships.get(), archive.getvalue())
    run()
    run()
    assert_failed(stored(job), "does not belong")


def test_zip_bomb_is_refused_before_it_is_unpacked(
    archived: Files, target: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issues.archive.validate.LARGEST_FILE", 1024 * 1024)
    bomb = archived | {"issues-0001.jsonl": b"0" * 2 * 1024 * 1024}
    assert len(packed(bomb)) < 20_000
    assert_failed(bring(target, sealed(bomb)), "too large")


def test_sum_of_many_files_is_limited(archived: Files, target: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.archive.validate.LARGEST_SUM", 4096)
    assert_failed(bring(target, archived), "too large")
