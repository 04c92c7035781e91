"""A company's past: what beat would have done, at each instant at which something fell due."""

from __future__ import annotations

import datetime as dt

from orgs.lifecycle import data_deletion, notices, sweep
from orgs.lifecycle import rules as lifecycle
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope


def live(org: Organization, *, until: dt.datetime) -> None:
    """Time passes from the company's beginning, or from where it was left, and every job runs in time."""
    at = org.created_at
    while (due := next_due(org, at)) and due <= until:
        at = due
        beat(org, at)
        org.refresh_from_db()
    deliver(org, until)


def next_due(org: Organization, after: dt.datetime) -> dt.datetime | None:
    """The next instant at which a notice or a deadline is due."""
    ahead = [
        deadline - days * notices.DAY
        for kind, deadline in notices.deadlines(org, after)
        for days in (*notices.DAYS_BEFORE[kind], 0)
    ]
    return min((at for at in ahead if at > after), default=None)


def beat(org: Organization, at: dt.datetime) -> None:
    """What the jobs do for a company of which something is due at this very instant."""
    if lifecycle.state_at(org, at) != org.state:
        sweep.move(org.pk, now=at)
    notices.post_due(org.pk, now=at)
    deliver(org, at)
    if org.retention_ends_at == at and (claimed := data_deletion.claim(org.pk, now=at)):
        while not data_deletion.purge(claimed.pk, org_id=org.pk, now=at):
            pass
        deliver(org, at)


def deliver(org: Organization, at: dt.datetime) -> None:
    """A mail server takes what waits: nothing is sent to anybody, the mails are on the page of mails."""
    with platform_scope():
        for mail in Mail.objects.filter(org=org, sent_at=None):
            Mail.objects.filter(pk=mail.pk).update(sent_at=at)
            notices.note_accepted(mail, now=at)
