"""The life chip of the top panel: what is going to happen to the company's Tracker, in three words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.lifecycle import rules as lifecycle
from orgs.mail.wording import days_left
from orgs.tenancy.organization_models import Organization, State

LAST_WEEK = 7


@dataclass(frozen=True)
class StateBadge:
    """`kind` is trial, trial_last_week, read_only, read_only_last_week or debt; `rest` is hidden on a phone."""

    kind: str
    short: str
    rest: str

    @property
    def label(self) -> str:
        return f"{self.short} · {self.rest}" if self.rest else self.short


def build(org: Organization, now: dt.datetime, *, money: bool = False) -> StateBadge | None:
    """The chip for the state at `now`; None when there is nothing to say. `money`: the reader may see the balance."""
    state, deletion_at = lifecycle.state_at(org, now), lifecycle.deletion_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        days = days_left(org.trial_ends_at, now)
        kind = "trial_last_week" if days <= LAST_WEEK else "trial"
        return StateBadge(kind, _("Trial"), ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days})
    if state == State.READ_ONLY and deletion_at:
        days = days_left(deletion_at, now)
        kind = "read_only_last_week" if days <= LAST_WEEK else "read_only"
        rest = ngettext("%(days)s day to deletion", "%(days)s days to deletion", days) % {"days": days}
        rest = rest if days else _("deletion is due")
        return StateBadge(kind, _("Read only"), rest)
    if state == State.ACTIVE and org.debt_due_at and money:
        return StateBadge("debt", _("Balance is negative"), "")
    return None
