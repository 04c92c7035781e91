"""The certificate of a deletion: what was deleted, when and by which rule. It holds counts and no content."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from orgs.lifecycle import notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion

NAMES: dict[str, str | Promise] = {
    "issues.queue": _("Queues"),
    "issues.issue": _("Issues"),
    "issues.comment": _("Comments"),
    "issues.change": _("Changes of issues"),
    "issues.follower": _("Subscriptions to issues"),
    "orgs.mail": _("Mails about issues"),
}


@dataclass(frozen=True)
class Certificate:
    """Instants are UTC. `stopped_at` began the 30 days; `warned_at` is when a mail server accepted a warning.

    `rows` are (name, number of rows deleted) of every kind.
    """

    deletion: Deletion
    stopped_at: dt.datetime
    warned_at: dt.datetime | None
    rows: list[tuple[str, int]]


def certificate_of(deletion: Deletion) -> Certificate:
    """The certificate of a finished deletion. The caller is inside the company's scope."""
    return Certificate(
        deletion=deletion,
        stopped_at=deletion.due_at - lifecycle.RETENTION,
        warned_at=notices.accepted_at(deletion.org, deletion.due_at),
        rows=named(deletion.counts),
    )


def named(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The counts by label with their kinds' names: the known ones in their order, then the others."""
    labels = sorted(counts, key=lambda label: [*NAMES, label].index(label))
    return [(name_of(label), counts[label]) for label in labels]


def name_of(label: str) -> str:
    """The name of a kind; a kind that is no longer in the product keeps its label."""
    if label in NAMES:
        return str(NAMES[label])
    try:
        return capfirst(str(apps.get_model(label)._meta.verbose_name_plural))
    except LookupError:
        return label
