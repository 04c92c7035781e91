"""What pages say about switching Tracker on and off: what it leads to, what it led to."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.lifecycle import phrases
from orgs.lifecycle import rules as lifecycle
from orgs.mail.wording import days_left
from orgs.tenancy.organization_models import Organization, State


def outcome(org: Organization, now: dt.datetime) -> str:
    """What has begun with the activation."""
    state = lifecycle.state_at(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        days = days_left(org.trial_ends_at, now)
        sentence = ngettext(
            "Tracker is active. Everyone can work in it for %(days)s day.",
            "Tracker is active. Everyone can work in it for %(days)s days.",
            days,
        )
        return sentence % {"days": days}
    if state == State.READ_ONLY:
        return _("Tracker is on again, and Read only.")
    return _("Tracker is active.")


def prospect(org: Organization, now: dt.datetime) -> str:
    """What an activation leads to while Tracker is off, or once it is."""
    state = lifecycle.switched_on_state(org, now)
    if state == State.TRIAL and org.trial_ends_at:
        return _("Once it is activated again, the free trial goes on until %(day)s, for everyone.") % {
            "day": _day(org.trial_ends_at)
        }
    if state == State.ACTIVE:
        sentence = ngettext(
            "Once it is activated again, %(people)s person with Full access goes on working.",
            "Once it is activated again, %(people)s people with Full access go on working.",
            org.full_seats,
        )
        return sentence % {"people": org.full_seats}
    way_back = phrases.way_back(lifecycle.subscription_blocker(org, now))
    return _("Once it is activated again, Tracker is Read only and the date of the deletion stays.") + f" {way_back}"


def is_off_now(org: Organization, now: dt.datetime) -> str:
    """What a deactivation at `now` has led to."""
    return _("Tracker is off. Data is kept until %(day)s.") % {"day": _day(lifecycle.kept_until(org, now))}


def _day(at: dt.datetime) -> str:
    return date_format(localtime(at), "j M Y")
