"""Checks an archive that somebody brings, and reads its files. Nothing is ever unpacked to a disk."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from issues.archive import layout
from orgs.tenancy.errors import Refused

MB = 1024 * 1024
LARGEST_FILE = 256 * MB
LARGEST_MANIFEST = 4 * MB
LARGEST_SUM = 2048 * MB  # of all files, unpacked
MOST_FILES = 20_000
COUNTS = ("queues", "issues", "comments", "changes", "followers", "people")


@dataclass(frozen=True)
class Entry:
    """A file as the manifest describes it."""

    name: str
    size: int
    lines: int
    sha256: str


class Archive:
    """An archive whose outside is sound: names, sizes, manifest. Raises Refused with a sentence for the person."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(_("This file is not a zip archive, or it is damaged.")) from error
        self._check_names()
        manifest = self._manifest()
        self.counts = {kind: _number(manifest["counts"].get(kind)) for kind in COUNTS}
        self.entries = [_entry(entry) for entry in manifest["files"]]
        self._check_entries()

    def read(self, entry: Entry) -> bytes:
        """The whole file, compared with the manifest."""
        content = self._read(entry.name, LARGEST_FILE)
        if hashlib.sha256(content).hexdigest() != entry.sha256 or content.count(b"\n") != entry.lines:
            raise Refused(_("%(file)s was changed after the export: it does not fit the manifest.") % _file(entry.name))
        return content

    def _check_names(self) -> None:
        infos = self.zip.infolist()
        names = Counter(info.filename for info in infos)
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > LARGEST_SUM:
            raise Refused(_("The archive is too large: unpacked it may have 2 GB."))
        for info in infos:
            if not is_known(info.filename) or info.is_dir() or names[info.filename] > 1:
                raise Refused(_("%(file)s does not belong into an archive of Tracker.") % _file(info.filename[:60]))
            if info.flag_bits & 1:
                raise Refused(_("%(file)s is encrypted.") % _file(info.filename))
            if info.file_size > LARGEST_FILE:
                raise Refused(_("%(file)s is too large.") % _file(info.filename))
        if layout.MANIFEST not in names:
            raise Refused(_("The archive holds no manifest.json: it is not an export of Tracker."))

    def _manifest(self) -> dict[str, Any]:
        try:
            found = json.loads(self._read(layout.MANIFEST, LARGEST_MANIFEST))
        except (ValueError, RecursionError) as error:
            raise Refused(_("manifest.json cannot be read.")) from error
        if not isinstance(found, dict) or found.get("format") != layout.FORMAT:
            raise Refused(_("The archive is not an export of Tracker."))
        if found.get("version") != layout.VERSION:
            versions = {"its": str(found.get("version"))[:20], "ours": layout.VERSION}
            raise Refused(_("The archive has format version %(its)s; this Tracker reads version %(ours)s.") % versions)
        if not isinstance(found.get("counts"), dict) or not isinstance(found.get("files"), list):
            raise Refused(_("manifest.json cannot be read."))
        return found

    def _check_entries(self) -> None:
        described = {entry.name: entry.size for entry in self.entries}
        there = {info.filename: info.file_size for info in self.zip.infolist() if info.filename != layout.MANIFEST}
        if len(described) != len(self.entries) or described != there:
            raise Refused(_("The archive is not complete: its files are not those of the manifest."))
        if not {layout.PEOPLE, layout.QUEUES} <= described.keys():
            raise Refused(_("The archive is not complete: people.csv or queues.jsonl is missing."))

    def _read(self, name: str, limit: int) -> bytes:
        try:
            with self.zip.open(name) as file:
                content = file.read(limit + 1)  # no more than that, whatever the archive says about itself
        except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as error:
            raise Refused(_("%(file)s is damaged.") % _file(name)) from error
        if len(content) > limit:
            raise Refused(_("%(file)s is too large.") % _file(name))
        return content


def is_known(name: str) -> bool:
    """Whether the format knows a file of this name; no path does."""
    fixed = (layout.README, layout.MANIFEST, layout.PEOPLE, layout.QUEUES)
    return name in fixed or layout.ISSUES.fullmatch(name) is not None


def rows(content: bytes, name: str, first_line: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, row) of every line of a .jsonl file. Raises Refused for a line that is no JSON object."""
    for number, line in enumerate(content.splitlines(), start=first_line):
        place = _("%(file)s, line %(line)s") % {"file": name, "line": number}
        try:
            row = json.loads(line, parse_constant=_refuse)
            _check_text(row)
        except (ValueError, RecursionError) as error:
            raise Refused(_("%(place)s cannot be read.") % {"place": place}) from error
        if not isinstance(row, dict):
            raise Refused(_("%(place)s cannot be read.") % {"place": place})
        yield place, row


def _check_text(value: Any) -> None:
    """No text that the database cannot keep. Raises ValueError."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("a null character")
        value.encode()
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _entry(row: Any) -> Entry:
    try:
        name, digest = str(row["name"]), str(row["sha256"])
        return Entry(name, _number(row["bytes"]), _number(row["lines"]), digest)
    except (KeyError, TypeError) as error:
        raise Refused(_("manifest.json cannot be read.")) from error


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Refused(_("manifest.json cannot be read."))
    return value


def _file(name: str) -> dict[str, str]:
    return {"file": name}
