"""The life chip of the top panel: what is going to happen to the company's Tracker, in three words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.organization_models import State

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


def badge(summary: LifecycleSummary, *, money: bool = False) -> StateBadge | None:
    """The chip of a state; None when there is nothing to say. `money`: the reader may see the balance."""
    days = summary.days_left
    last_week = "_last_week" if days <= LAST_WEEK else ""
    if summary.state == State.TRIAL:
        rest = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
        return StateBadge(f"trial{last_week}", _("Trial"), rest)
    if summary.state == State.READ_ONLY:
        rest = ngettext("%(days)s day to deletion", "%(days)s days to deletion", days) % {"days": days}
        return StateBadge(f"read_only{last_week}", _("Read only"), rest if days else _("deletion is due"))
    if summary.debt_due_at and money:
        return StateBadge("debt", _("Balance is negative"), "")
    return None
