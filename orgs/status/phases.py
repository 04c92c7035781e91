"""The phases under the ruler: what happens when, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.status.ruler import Ruler


@dataclass(frozen=True)
class Phase:
    """`kind` is trial, read-only, subscription or deleted; `current` is the one that runs now."""

    kind: str
    title: str
    when: str
    text: str
    current: bool = False


def phases_of(ruler: Ruler, now: dt.datetime, *, people: int | None = None) -> list[Phase]:
    """The phases of a ruler. `people` is how many would work in a trial that has not begun."""
    phases = []
    if ruler.trial_ends_at:
        phases.append(_trial(ruler, ruler.trial_ends_at, now, people))
    if ruler.deletion_at is None:
        return [*phases, _subscription(ruler.trial_ends_at or ruler.starts_at, now)]
    return [*phases, _read_only(ruler, now), _deleted(ruler, ruler.deletion_at, now)]


def short_day(at: dt.datetime, now: dt.datetime) -> str:
    """The reader's date of an instant; the year stands there when it is not the current one."""
    local = localtime(at)
    return date_format(local, "j M" if local.year == localtime(now).year else "j M Y")


def _trial(ruler: Ruler, ends_at: dt.datetime, now: dt.datetime, people: int | None) -> Phase:
    dates = {"start": short_day(ruler.starts_at, now), "end": short_day(ends_at, now)}
    text = _("All employees work without restrictions.")
    if people and ruler.is_preview:
        text = ngettext(
            "You and everyone who joins work without restrictions.",
            "All %(people)s employees work without restrictions.",
            people,
        ) % {"people": people}
    current = not ruler.is_preview and now < ends_at
    return Phase("trial", _("Free trial"), _("%(start)s to %(end)s") % dates, text, current)


def _subscription(starts_at: dt.datetime, now: dt.datetime) -> Phase:
    when = _("From %(day)s") % {"day": short_day(starts_at, now)}
    text = _("People with Full access go on working. Everyone else views issues for free.")
    return Phase("subscription", _("Subscription"), when, text)


def _read_only(ruler: Ruler, now: dt.datetime) -> Phase:
    starts_at = ruler.trial_ends_at or ruler.starts_at
    current = not ruler.is_preview and now >= starts_at
    sentence = _("Now, since %(day)s") if current else _("From %(day)s")
    text = _("Free for everyone. Only people with Full access can change issues.")
    if current:
        text = _("Everyone can view, search and export issues. Nobody can change them.")
    return Phase("read-only", _("Read only"), sentence % {"day": short_day(starts_at, now)}, text, current)


def _deleted(ruler: Ruler, at: dt.datetime, now: dt.datetime) -> Phase:
    if ruler.is_preview:
        when = _("%(day)s, only if you don’t activate subscriptions")
        text = _("You get 6 reminders before that, and an export any time.")
    else:
        when = _("%(day)s, if no subscription is active")
        text = _("Cannot be undone. Everything can be viewed until then.")
    return Phase("deleted", _("Data deleted"), when % {"day": short_day(at, now)}, text)
