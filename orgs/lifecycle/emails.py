"""What the lifecycle's mails say, composed at the moment of sending: days left, dates in the company's zone, counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from orgs.lifecycle import phrases, tracker_content
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion, NoticeKind
from orgs.mail import outbox
from orgs.mail.outbox import Letter
from orgs.mail.wording import days_left, instant, spoken
from orgs.tenancy.organization_models import Organization, State


def trial_started(org: Organization, *, ends_at: dt.datetime) -> Letter:
    """The trial has begun: until when everybody may work, and what happens then if nothing is done."""
    with spoken(org):
        context = {
            "org": org,
            "subject": phrases.trial_has_begun(),
            "deadline": instant(ends_at),
            "deletion": instant(ends_at + lifecycle.RETENTION),
            "url": settings_url(org),
        }
        return outbox.render("mail/orgs/lifecycle/trial_started", context)


def trial_end(org: Organization, *, deadline: dt.datetime, now: dt.datetime) -> Letter:
    """The trial ends: Tracker becomes Read only, or goes on for those with full access."""
    days, missing = days_left(deadline, now), lifecycle.subscription_blocker(org, deadline)
    with spoken(org):
        subject = phrases.becomes_read_only(days) if missing else phrases.trial_ends(days)
        return _stop(NoticeKind.TRIAL_END, org, subject, deadline=deadline, missing=missing)


def debt(org: Organization, *, deadline: dt.datetime, now: dt.datetime) -> Letter:
    """A debt falls due: Tracker becomes Read only until the balance is zero or more."""
    with spoken(org):
        subject = phrases.becomes_read_only(days_left(deadline, now))
        return _stop(NoticeKind.DEBT, org, subject, deadline=deadline, missing="debt")


def _stop(kind: NoticeKind, org: Organization, subject: str, *, deadline: dt.datetime, missing: str) -> Letter:
    """Tracker becomes Read only at the deadline, unless nothing is missing."""
    return _render(
        kind,
        org,
        subject=subject,
        deadline=instant(deadline),
        full_access=phrases.people(org.full_seats),
        missing=phrases.way_back(missing),
        deletion=instant(deadline + lifecycle.RETENTION),
    )


def deletion(org: Organization, *, deletable_at: dt.datetime, now: dt.datetime) -> Letter:
    """The data is deleted, at `deletable_at` or as soon after it as its turn comes."""
    is_off, stopped = org.state == State.DEACTIVATED, lifecycle.stopped_at(org, now)
    with spoken(org):
        return _render(
            NoticeKind.DELETION,
            org,
            subject=phrases.is_deleted(days_left(deletable_at, now)),
            deletion=instant(deletable_at),
            stopped=instant(stopped) if stopped else "",
            is_off=is_off,
            way_back=phrases.way_back(lifecycle.subscription_blocker(org, now), is_off=is_off),
        )


def certificate(org: Organization, deleted: Deletion) -> Letter:
    """The data was deleted: when, and how much of what."""
    counts = tracker_content.deleted_counts(deleted.counts)
    with spoken(org):
        context = {
            "org": org,
            "subject": phrases.was_deleted(),
            "number": deleted.number,
            "claimed": instant(deleted.claimed_at),
            "finished": instant(deleted.finished_at) if deleted.finished_at else "",
            "counts": phrases.amounts(counts),
            "other": counts["other"],
            "report_url": report_url(deleted),
            "url": settings_url(org),
        }
        return outbox.render("mail/orgs/lifecycle/deleted", context)


def _render(kind: NoticeKind, org: Organization, **context: Any) -> Letter:
    counts = phrases.amounts(tracker_content.counts(org.pk))
    context |= {"org": org, "counts": counts, "url": settings_url(org), "export_url": export_url(org)}
    return outbox.render(f"mail/orgs/lifecycle/notice_{kind}", context)


def settings_url(org: Organization) -> str:
    """The way back: the page of Tracker's settings, at the one configured origin."""
    path: str = reverse("tracker_portal:tracker_settings", args=[org.slug])
    return f"{settings.ORIGIN}{path}"


def report_url(deleted: Deletion) -> str:
    """The page of a deletion's certificate, at the same origin."""
    path: str = reverse("orgs:deletion", args=[deleted.org.slug, deleted.public_id])
    return f"{settings.ORIGIN}{path}"


def export_url(org: Organization) -> str:
    """The page that exports everything."""
    path: str = reverse("issues:tracker_export", args=[org.slug])
    return f"{settings.ORIGIN}{path}"
