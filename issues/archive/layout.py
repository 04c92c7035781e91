"""The archive as a zip file: names, limits, README and manifest."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from typing import IO, Any

FORMAT, VERSION = "tracker-archive", 1
README, MANIFEST, PEOPLE, QUEUES = "README.txt", "manifest.json", "people.csv", "queues.jsonl"
ISSUES = re.compile(r"issues-[0-9]{4,6}\.jsonl")
ISSUES_A_FILE = 1000
BYTES_A_FILE = 32 * 1024 * 1024  # a file that has reached them is not continued

TEXT = """Tracker archive, format version {version}
Company: {company}
Reading began: {begun_at}

manifest.json      counts, and the size and SHA-256 of every other file
people.csv         the company's people, former ones too; the other files name them by `id`
queues.jsonl       queues, one JSON object a line
issues-0001.jsonl  issues, 1,000 a file, one JSON object a line, each with its followers, comments and changelog

All instants are UTC. Texts are Markdown. In people.csv a cell that a spreadsheet would calculate begins with an
apostrophe.

Consistency: an issue is as it was at one instant: its fields, comments and changelog belong together. Two issues may
have been read at different instants while people went on working. Issues that were created after the reading began are
not in the archive.

The format is documented in docs/export.md of Tracker Portal. An administrator can import the archive into an empty
Tracker.
"""


def issues_file(number: int) -> str:
    return f"issues-{number:04}.jsonl"


class Writer:
    """Writes the archive file by file; what it wrote stands in the manifest, which comes last."""

    def __init__(self, file: IO[bytes], *, company: str, begun_at: dt.datetime) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.begun_at = begun_at.astimezone(dt.UTC)
        self.company = company
        self.files: list[dict[str, Any]] = []
        text = TEXT.format(version=VERSION, company=company, begun_at=self.begun_at.isoformat())
        self.add(README, [text.encode()])

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """One file of the archive, from its parts."""
        digest, size, rows = hashlib.sha256(), 0, 0
        with self.zip.open(self._entry(name), "w") as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
                rows += part.count(b"\n")
        self.files.append({"name": name, "bytes": size, "lines": rows, "sha256": digest.hexdigest()})

    def close(self, counts: dict[str, int]) -> None:
        """Writes the manifest."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "company": self.company,
            "begun_at": self.begun_at.isoformat(),
            "counts": counts,
            "files": self.files,
        }
        with self.zip.open(self._entry(MANIFEST), "w") as member:
            member.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
        self.zip.close()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self.begun_at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry
