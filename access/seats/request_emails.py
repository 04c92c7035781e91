"""What the mails about access requests say: to the administrators who are asked, and to who gets an answer."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from access.grants import consequence_texts
from access.grants.request_models import AccessRequest
from orgs.mail import outbox, wording
from orgs.mail.outbox import Letter
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


def asked(org: Organization, request: AccessRequest) -> Letter:
    """Somebody asks for full access; its button leads to the list, and gives nothing by itself."""
    with wording.spoken(org):
        context = {
            "org": org,
            "person": request.member,
            "note": request.note,
            "url": f"{settings.ORIGIN}{reverse('access:request_list', args=[org.slug])}",
        }
        return outbox.render("mail/access/seats/access_asked", context)


def given(org: Organization, actor: Membership | None, now: dt.datetime) -> Letter:
    """They have it. `actor` is empty where no administrator gave it with the act."""
    with wording.spoken(org):
        context = {
            "org": org,
            "giver": actor.name if actor else "",
            "takes_effect": consequence_texts.takes_effect(org, now),
            "url": _tracker_url(org),
        }
        return outbox.render("mail/access/seats/access_given", context)


def declined(org: Organization, request: AccessRequest, actor: Membership) -> Letter:
    """They do not get it: who said so, and why."""
    with wording.spoken(org):
        context = {"org": org, "decliner": actor.name, "reason": request.reason, "url": _tracker_url(org)}
        return outbox.render("mail/access/seats/access_declined", context)


def _tracker_url(org: Organization) -> str:
    return f"{settings.ORIGIN}{reverse('issues:issue_list', args=[org.slug])}"
