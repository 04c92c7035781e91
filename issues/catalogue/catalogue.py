"""What an issue can be: types, priorities, statuses, resolutions, and the default workflow. Rows store the keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A word of the catalogue."""

    key: str
    name: str | Promise


@dataclass(frozen=True)
class Status(Entry):
    """`type` is the public API's: new, inProgress, paused, done. Lists show the highest `rank` first."""

    type: str
    rank: int


TYPES = (
    Entry("task", _("Task")),
    Entry("bug", _("Bug")),
    Entry("improvement", _("Improvement")),
    Entry("newFeature", _("New feature")),
    Entry("story", _("Story")),
    Entry("epic", _("Epic")),
    Entry("release", _("Release")),
)
PRIORITIES = (
    Entry("trivial", _("Trivial")),
    Entry("minor", _("Minor")),
    Entry("normal", _("Normal")),
    Entry("critical", _("Critical")),
    Entry("blocker", _("Blocker")),
)
# In the order in which one chooses them. Ranks leave room for statuses of a queue's own.
STATUSES = (
    Status("open", _("Open"), "new", 20),
    Status("inProgress", _("In progress"), "inProgress", 60),
    Status("inReview", _("In review"), "inProgress", 50),
    Status("needInfo", _("Need info"), "paused", 40),
    Status("blocked", _("Blocked"), "paused", 30),
    Status("closed", _("Closed"), "done", 10),
)
RESOLUTIONS = (
    Entry("fixed", _("Fixed")),
    Entry("wontFix", _("Won't fix")),
    Entry("duplicate", _("Duplicate")),
    Entry("cantReproduce", _("Can't reproduce")),
    Entry("later", _("Later")),
)

OPEN, CLOSED = "open", "closed"
STATUS = {status.key: status for status in STATUSES}
CLOSED_RANK = STATUS[CLOSED].rank

# The default workflow: from → to.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "open": ("inProgress", "needInfo", "blocked", "closed"),
    "inProgress": ("inReview", "open", "needInfo", "blocked", "closed"),
    "inReview": ("inProgress", "open", "needInfo", "blocked", "closed"),
    "needInfo": ("open", "inProgress", "blocked", "closed"),
    "blocked": ("open", "inProgress", "needInfo", "closed"),
    "closed": ("open",),
}


def is_done(status: str) -> bool:
    """Whether an issue in this status is resolved: it has a resolution then, and only then."""
    return STATUS[status].type == "done"


def allowed(status: str) -> list[Status]:
    """The statuses that one step of the workflow leads to."""
    return [STATUS[key] for key in TRANSITIONS[status]]


def keys(entries: Iterable[Entry]) -> list[str]:
    return [entry.key for entry in entries]


def choices(entries: Iterable[Entry]) -> list[tuple[str, str | Promise]]:
    """For a form's field."""
    return [(entry.key, entry.name) for entry in entries]


def name(entries: Iterable[Entry], key: str) -> str:
    """The word for a key; the key itself when the catalogue has none."""
    return next((str(entry.name) for entry in entries if entry.key == key), key)
