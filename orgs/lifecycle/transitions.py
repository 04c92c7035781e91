"""The moves of a Tracker's state that exist, and the one place that sets a state (product.md §2).

Which move is due when is `orgs/lifecycle/rules.py`'s; here is only what may follow what.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from orgs.audit.audit import Entry
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization, State

# (from, event, to): the moves that exist
MOVES = frozenset(
    {
        (State.INACTIVE, "activate", State.TRIAL),
        (State.TRIAL, "trial_end", State.ACTIVE),
        (State.TRIAL, "trial_end", State.READ_ONLY),
        (State.ACTIVE, "stop", State.READ_ONLY),
        (State.READ_ONLY, "resume", State.ACTIVE),
        (State.TRIAL, "trial_extend", State.TRIAL),
        (State.READ_ONLY, "trial_extend", State.TRIAL),
        (State.TRIAL, "deactivate", State.DEACTIVATED),
        (State.ACTIVE, "deactivate", State.DEACTIVATED),
        (State.READ_ONLY, "deactivate", State.DEACTIVATED),
        (State.DEACTIVATED, "activate", State.TRIAL),
        (State.DEACTIVATED, "activate", State.ACTIVE),
        (State.DEACTIVATED, "activate", State.READ_ONLY),
        (State.READ_ONLY, "deletion_claim", State.DELETING),
        (State.DEACTIVATED, "deletion_claim", State.DELETING),
        (State.TRIAL, "company_close", State.DELETING),
        (State.ACTIVE, "company_close", State.DELETING),
        (State.READ_ONLY, "company_close", State.DELETING),
        (State.DEACTIVATED, "company_close", State.DELETING),
        (State.DELETING, "deletion_finish", State.DELETED),
        (State.DELETED, "activate", State.ACTIVE),
    }
)

# In these states nothing is computed: they hold until a verb leaves them.
HELD = frozenset({State.INACTIVE, State.DEACTIVATED, State.DELETING, State.DELETED})
FOLLOWING = ("state", "retention_ends_at")  # columns that follow from the facts and the clock
FOLLOWED_BY = {State.TRIAL: "trial_end", State.ACTIVE: "stop", State.READ_ONLY: "resume"}


def move(org: Organization, event: str, to: State, *, data: dict[str, Any], **instants: object) -> Entry:
    """The only place that sets a state; returns the event of the move. Raises Refused for one that does not exist."""
    if (State(org.state), event, to) not in MOVES:
        raise Refused(_("Tracker is %(state)s, so this cannot be done now.") % {"state": State(org.state).label})
    before, org.state = org.state, to
    for column, value in instants.items():
        setattr(org, column, value)
    return f"tracker.{event}", "", {"from": before, "to": to, **data}
