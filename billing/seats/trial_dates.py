"""The dates of a trial's end: when it ends, which day counts first, when that is charged. Said in one sentence."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.money import billing_days
from orgs.tenancy.organization_models import Organization

INSTANT = dt.timedelta(microseconds=1)


def counts_from(ends_at: dt.datetime) -> dt.date:
    """The first date (UTC) that can be charged for: the one after the trial's last."""
    return billing_days.day_of(ends_at - INSTANT) + billing_days.DAY


def sentence(org: Organization) -> str:
    """All three, wherever one of them would make people ask for the others. The trial runs."""
    ends_at = org.trial_ends_at or org.created_at
    first = counts_from(ends_at)
    named = {
        "end": date_format(localtime(ends_at), "j M Y"),
        "first": date_format(first, "j M Y"),
        "charge": date_format(billing_days.charge_date(billing_days.month_of(first)), "j M Y"),
    }
    text = _(
        "The free trial ends on %(end)s; days count from %(first)s and are charged on %(charge)s for the first time."
    )
    return text % named
