"""The states a company may be in behind the doors, as they are stored, and names for those that mostly answer alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from orgs.tenancy.organization_models import State


def states(now: dt.datetime) -> dict[str, dict[str, Any]]:
    """What is stored for each state. In some the jobs are late: the stored state is not the one that counts."""
    past, soon = now - dt.timedelta(days=5), now + dt.timedelta(days=5)
    stopped = {"retention_ends_at": soon, "debt_due_at": past, "payer_ready": True}
    return {
        "not active": {"state": State.INACTIVE, "trial_ends_at": None},
        "free trial": {"state": State.TRIAL, "trial_ends_at": soon},
        "trial just over, stored as trial": {"state": State.TRIAL, "trial_ends_at": now, "full_seats": 6},
        "trial just over and subscribed, stored as trial": {"state": State.TRIAL, "trial_ends_at": now},
        "active": {"state": State.ACTIVE},
        "debt just due, stored as active": {"state": State.ACTIVE, "debt_due_at": now},
        "seats unpaid, stored as active": {"state": State.ACTIVE, "full_seats": 6},
        "read only": {"state": State.READ_ONLY, **stopped},
        "read only and deletion due": {"state": State.READ_ONLY, **stopped, "retention_ends_at": past},
        "debt paid, stored as read only": {"state": State.READ_ONLY, **stopped, "debt_due_at": None},
        "deactivated": {"state": State.DEACTIVATED, **stopped},
        "deleting": {"state": State.DELETING},
        "deleted": {"state": State.DELETED, "deleted_at": past},
    }


STATES = tuple(states(timezone.now()))
READ_ONLY = (
    "trial just over, stored as trial",
    "debt just due, stored as active",
    "seats unpaid, stored as active",
    "read only",
    "read only and deletion due",
)
SUBSCRIBED = ("trial just over and subscribed, stored as trial", "active", "debt paid, stored as read only")
# Names for states that mostly answer alike, wider ones first.
GROUPS = {
    "Tracker is on": ("free trial", *READ_ONLY, *SUBSCRIBED),
    "Read only for all": READ_ONLY,
    "subscribed": SUBSCRIBED,
}
# Tracker is on, it is off, it is gone: what differs within one of them the table tells.
PHASES = (("free trial", *READ_ONLY, *SUBSCRIBED), ("not active", "deactivated"), ("deleting", "deleted"))
WRITABLE, FOR_OBJECTS = "free trial", ("free trial", "read only")
