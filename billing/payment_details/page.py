"""What stands beside the form of payment details: what happens next, and who changed what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.documents import printable_document
from billing.documents.models import Document
from billing.money import billing_days
from billing.payers import payers
from billing.payers.models import Payer
from billing.payment_details.forms import LABELS
from billing.seats import trial_dates
from orgs.lists.paging import Page, paginate
from orgs.status import lifecycle_summary
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.request import CompanyRequest

CHANGES = 20  # on a page


@dataclass(frozen=True)
class Change:
    """One version: who saved it, when, and in words what it changed."""

    author: str
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class Aside:
    """`next`: sentences about the next charge; `kept`: one about documents that were issued, if there are any."""

    next: list[str]
    kept: str
    changes: list[Change]
    page: Page


def payer_aside(request: CompanyRequest) -> Aside:
    """Three statements, however long the history is. Raises BadRequest for a cursor that is none of ours."""
    rows = Payer.objects.filter(org=request.org).select_related("actor__user")
    page = paginate(rows, request, keys=("-version",), size=CHANGES)
    org = request.org
    return Aside(what_next(org, request.now), _kept(org), _changes(org, page.rows), page)


def what_next(org: Organization, now: dt.datetime) -> list[str]:
    """When something is charged, for who saves the details at `now`."""
    said = []
    ahead = lifecycle_summary.summarize(org, now)
    resumes = ahead.reason == "payer"
    if resumes:
        said.append(_("Tracker is active again as soon as you save."))
    if ahead.state == State.TRIAL:
        said.append(trial_dates.sentence(org))
    elif resumes or ahead.state == State.ACTIVE:
        said.append(_("The next charge is on %(date)s, from your balance.") % {"date": _shown(charged_on(org, now))})
    else:
        said.append(_idle(ahead.state))
    if org.full_seats <= org.free_seats:
        said.append(_("Up to 5 users with Full access are free. From the 6th user all are paid."))
    return [*said, _("Nothing is taken today.")]


def charged_on(org: Organization, now: dt.datetime) -> dt.date:
    """The next 2nd of a month (UTC) on which one is over that has dates which can be charged for."""
    today = billing_days.day_of(now)
    uncharged = today - billing_days.DAY if today.day == 1 else today
    return billing_days.charge_date(
        billing_days.month_of(max(uncharged, trial_dates.counts_from(org.trial_ends_at or org.created_at)))
    )


def _idle(state: State) -> str:
    if state == State.READ_ONLY:
        return _("Nothing is charged while Tracker is Read only.")
    if state == State.INACTIVE:
        return _("Nothing is charged while Tracker is not active.")
    return _("Nothing is charged while Tracker is off.")


def _shown(date: dt.date) -> str:
    return date_format(date, "j M Y")


def _kept(org: Organization) -> str:
    latest = Document.objects.filter(org=org).order_by("-issued_on", "-pk").first()
    if latest is None:
        return ""
    named = {"title": printable_document.title(latest.kind), "number": latest.name}
    return _("%(title)s %(number)s keeps the details it was issued with, and so does every earlier document.") % named


def _changes(org: Organization, rows: list[Payer]) -> list[Change]:
    """What each of the versions changed in the one before it."""
    numbers = [row.version - 1 for row in rows]
    before = {row.version: row for row in Payer.objects.filter(org=org, version__in=numbers)}
    return [Change(row.actor.name, row.at, _text(before.get(row.version - 1), row)) for row in rows]


def _text(before: Payer | None, after: Payer) -> str:
    if before is None:
        return _("entered the details")
    names = [str(LABELS.get(name, name)) for name in payers.changes(before, after)]
    return _("changed: %(fields)s") % {"fields": ", ".join(names)}
