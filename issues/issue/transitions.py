"""Moving an issue from status to status, by the transitions of its workflow and no other way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from issues.catalogue import catalogue
from issues.issue import changelog, notices, writing
from issues.issue.change_models import ChangeKind
from issues.issue.models import Issue
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership


@transaction.atomic
def change_status(*, issue: Issue, status: str, actor: Membership, now: dt.datetime, resolution: str = "") -> Issue:
    """Closing needs a resolution, reopening clears it. Raises Refused when no transition leads there from here."""
    issue = writing.lock(issue)
    if issue.status == status:  # somebody was faster, or the button was pressed twice
        return issue
    check(issue, status, resolution)
    before = {"status": issue.status, "resolution": issue.resolution}
    _move(issue, status, resolution, now)
    after = {"status": issue.status, "resolution": issue.resolution}
    changed = changelog.difference(before, after)
    change = changelog.record(issue, ChangeKind.WORKFLOW, actor=actor, now=now, fields=changed)
    notices.send_changes(change, names={}, issue=issue, actor=actor, now=now)
    return issue


def check(issue: Issue, status: str, resolution: str) -> None:
    """Raises Refused when no transition leads to a status from here, or closing lacks its resolution."""
    if issue.status == status:
        return
    if status not in catalogue.TRANSITIONS[issue.status]:
        raise Refused(_refusal(issue, status), field="status")
    if catalogue.is_done(status) and resolution not in catalogue.keys(catalogue.RESOLUTIONS):
        raise Refused(_("Choose a resolution: it says how the issue ended."), field="resolution")


def _move(issue: Issue, status: str, resolution: str, now: dt.datetime) -> None:
    done = catalogue.is_done(status)
    issue.set_status(status)
    issue.resolution = resolution if done else ""
    issue.resolved_at = now if done else None
    writing.touch(issue, now, "status", "status_rank", "resolution", "resolved_at")


def _refusal(issue: Issue, status: str) -> str:
    here = catalogue.name(catalogue.STATUSES, issue.status)
    there = catalogue.name(catalogue.STATUSES, status)
    return str(_("The issue is now %(here)s; it cannot go to %(there)s from there.")) % {"here": here, "there": there}
