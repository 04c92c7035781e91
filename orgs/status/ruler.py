"""The lifecycle ruler: a tick a day, from the trial's start to the deletion (ux.md D2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from orgs.lifecycle import rules as lifecycle
from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.organization_models import STOPPED, State

DAY = dt.timedelta(days=1)
READ_ONLY_TICKS = lifecycle.RETENTION // DAY
TRIAL_TICKS = 60  # of a trial that an operator made very long; each stands for more than a day then


@dataclass(frozen=True)
class Ruler:
    """Its dates (UTC instants) and the classes of each tick; `today` is a tick's index.

    `trial_ends_at` is None when it begins after the trial, `deletion_at` when nothing is going to be deleted, `today`
    in a preview.
    """

    starts_at: dt.datetime
    trial_ends_at: dt.datetime | None
    deletion_at: dt.datetime | None
    today: int | None
    trial_ticks: int
    ticks: list[str]

    @property
    def is_preview(self) -> bool:
        return self.today is None

    @property
    def sentence(self) -> str:
        """What the picture shows."""
        story = _story(self) % {
            "start": _date(self.starts_at),
            "trial_end": _date(self.trial_ends_at),
            "deletion": _date(self.deletion_at),
        }
        if self.today is None or self.trial_ticks == TRIAL_TICKS:  # then a tick is no day
            return story
        today = _("Today is day %(day)s of %(days)s.") % {"day": self.today + 1, "days": len(self.ticks)}
        return f"{story} {today}"


def draw(summary: LifecycleSummary) -> Ruler | None:
    """The ruler of a company whose data has an end in sight, or (as a preview) of one that could activate now."""
    starts_at, stopped_at, now = summary.trial_starts_at, summary.stopped_at, summary.now
    if summary.state == State.INACTIVE:
        return preview(now)
    from_trial = summary.state == State.TRIAL or (summary.state == State.READ_ONLY and summary.stopped_with_trial)
    if from_trial and starts_at:
        return _draw(starts_at, summary.trial_ends_at, summary.deletion_at, now)
    if summary.state in STOPPED and stopped_at:
        return _draw(stopped_at, None, summary.deletion_at, now)
    return None


def preview(now: dt.datetime) -> Ruler:
    """The dates that an activation at `now` would give."""
    trial_ends_at = now + lifecycle.TRIAL
    return _draw(now, trial_ends_at, trial_ends_at + lifecycle.RETENTION, None)


def _draw(
    starts_at: dt.datetime, trial_ends_at: dt.datetime | None, deletion_at: dt.datetime | None, now: dt.datetime | None
) -> Ruler:
    trial = trial_ends_at - starts_at if trial_ends_at else dt.timedelta()
    trial_ticks = min(-(-trial // DAY), TRIAL_TICKS)
    kinds = ["trial"] * trial_ticks + ["read-only" if deletion_at else "subscription"] * READ_ONLY_TICKS
    today = _today(now - starts_at, trial, trial_ticks) if now else None
    if deletion_at:
        kinds[-1] += " end"
    ticks = [_mark(kind, index, today) for index, kind in enumerate(kinds)]
    return Ruler(starts_at, trial_ends_at, deletion_at, today, trial_ticks, ticks)


def _today(passed: dt.timedelta, trial: dt.timedelta, trial_ticks: int) -> int:
    """The tick that `passed` since the start falls on; the last one from the deletion on."""
    if passed < trial:
        return passed * trial_ticks // trial
    return trial_ticks + min((passed - trial) // DAY, READ_ONLY_TICKS - 1)


def _mark(kind: str, index: int, today: int | None) -> str:
    if today is None or index > today:
        return kind
    return f"{kind} today" if index == today else f"{kind} past"


def _story(ruler: Ruler) -> str:
    if ruler.trial_ends_at is None:
        return _("Timeline: nobody can change issues since %(start)s, data deleted on %(deletion)s.")
    if ruler.deletion_at is None:
        return _("Timeline: free trial from %(start)s to %(trial_end)s, subscription from %(trial_end)s.")
    return _(
        "Timeline: free trial from %(start)s to %(trial_end)s, Read only from %(trial_end)s,"
        " data deleted on %(deletion)s."
    )


def _date(at: dt.datetime | None) -> str:
    return date_format(localtime(at), "j F Y") if at else ""
