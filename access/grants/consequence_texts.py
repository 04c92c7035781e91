"""What saving staged changes would do to the company's Tracker, in words with dates: when it counts, what it stops."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.effective_access import Standing
from billing.seats.monthly_usage import Month
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.transitions import HELD
from orgs.tenancy.organization_models import Organization, State


@dataclass(frozen=True)
class Exchange:
    """How many people gain full access in one saving, and how many lose it."""

    gained: int
    lost: int

    @classmethod
    def between(cls, people: Iterable[Standing]) -> Exchange:
        """Between what people hold and what saving would leave them."""
        moved = [person.is_full for person in people if person.is_full != person.held_seat]
        return cls(gained=sum(moved), lost=len(moved) - sum(moved))

    @property
    def is_swap(self) -> bool:
        return bool(self.gained and self.lost)

    @property
    def words(self) -> str:
        numbers = {"gained": self.gained, "lost": self.lost}
        if self.gained != self.lost:
            return _("Swap: Full access for %(gained)s, Read only for %(lost)s.") % numbers
        return (
            ngettext("Swap: %(gained)s person for 1.", "Swap: %(gained)s people for %(lost)s.", self.gained) % numbers
        )


NOBODY = Exchange(0, 0)


def day(at: dt.datetime) -> str:
    """A date in the reader's time zone: `5 Dec 2026`."""
    return date_format(timezone.localtime(at), "j M Y")


def takes_effect(org: Organization, now: dt.datetime) -> str:
    """When changed levels count."""
    state = lifecycle.state_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        return _("Takes effect on %(day)s, when the trial ends") % {"day": day(org.trial_ends_at)}
    if state in HELD:
        return _("Takes effect when Tracker is activated")
    return _("Takes effect now")


def peak(org: Organization, seats: int, now: dt.datetime, *, this: Month | None, exchange: Exchange = NOBODY) -> str:
    """What so many seats would do to the month's peak, which sets its price, and whether that is a swap.

    Empty when neither can be said: nothing is charged, and nobody comes in somebody's place. `this`: the month, if one
    is charged.
    """
    if seats == org.full_seats and not exchange.is_swap:
        return ""
    counts = this if this and this.peak and lifecycle.state_at(org, now) == State.ACTIVE else None
    said = _peak(org, seats, counts) if counts else ""
    if exchange.is_swap and seats <= max(org.full_seats, counts.seats if counts else 0):
        return f"{exchange.words} {said or _seats(org, seats)}".strip()
    return said


def _peak(org: Organization, seats: int, this: Month) -> str:
    words = {"month": date_format(this.first, "F"), "peak": this.seats, "seats": seats}
    if seats > this.seats:
        return _("The peak of %(month)s goes from %(peak)s to %(seats)s.") % words
    if seats == org.full_seats:
        return _("The seats stay %(seats)s, and so does the peak of %(month)s.") % words
    if seats > org.full_seats:
        return _("No extra cost: %(peak)s seats are already paid for %(month)s.") % words
    return _("The peak of %(month)s stays %(peak)s.") % words


def _seats(org: Organization, seats: int) -> str:
    return _("The seats stay %(seats)s.") % {"seats": seats} if seats == org.full_seats else ""


def consequence(org: Organization, seats: int, now: dt.datetime) -> str:
    """What so many seats would start or stop; empty when Tracker stays as it is."""
    then = copy.copy(org)
    then.full_seats = seats
    before, after = lifecycle.state_at(org, now), lifecycle.state_at(then, now)
    if before == State.TRIAL and org.trial_ends_at:
        return _after_trial(org, then, org.trial_ends_at)
    if (before, after) == (State.ACTIVE, State.READ_ONLY):
        text = _("Tracker becomes Read only for everybody at once, and all its data is deleted on %(day)s.")
        return text % {"day": day(now + lifecycle.RETENTION)}
    if (before, after) == (State.READ_ONLY, State.ACTIVE):
        return _("Tracker becomes active again at once. Nothing is deleted.")
    return ""


def _after_trial(org: Organization, then: Organization, ends_at: dt.datetime) -> str:
    before, after = lifecycle.is_subscribed(org, ends_at), lifecycle.is_subscribed(then, ends_at)
    if before and not after:
        text = _("Tracker then becomes Read only on %(day)s, and all its data is deleted on %(end)s.")
        return text % {"day": day(ends_at), "end": day(ends_at + lifecycle.RETENTION)}
    if after and not before:
        return _("Tracker then stays active when the trial ends.")
    return ""


def note(org: Organization, now: dt.datetime) -> dict[str, str]:
    """What stands above the lists, `kind`, `title` and `text` of a note; empty while Tracker is active."""
    state = lifecycle.state_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        title = _("Everyone has full access until %(day)s.") % {"day": day(org.trial_ends_at)}
        text = _("What you choose below takes effect when the trial ends, and you are charged only from then on.")
        return {"kind": "info", "title": title, "text": text}
    if state == State.READ_ONLY:
        text = _("Full access given here starts as soon as you save.")
        return {"kind": "warn", "title": _("Tracker is Read only for everyone."), "text": text}
    return {}
