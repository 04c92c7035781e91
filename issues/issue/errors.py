"""What Tracker's verbs raise besides `orgs.tenancy.errors.Refused`."""

from __future__ import annotations

from dataclasses import dataclass

from issues.issue.change_models import Change
from issues.issue.models import Issue


@dataclass
class Conflict(Exception):
    """Somebody changed these fields since the person began to edit. `issue` is as it is now, `changes` oldest first."""

    issue: Issue
    changes: list[Change]

    def __str__(self) -> str:
        return f"{self.issue.key} is at version {self.issue.version}"

    @property
    def fields(self) -> list[str]:
        """Names of the changed fields, each once."""
        return list(dict.fromkeys(entry["field"] for change in self.changes for entry in change.fields))
