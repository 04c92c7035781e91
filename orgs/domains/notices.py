"""Mails to all administrators about a domain whose record is away: on days 1, 4 and 7, each once (product.md §3).

They say what is true when they are sent, like the lifecycle's: one that has waited until the record was found again is
not sent at all. When a domain is verified, who linked it gets one mail.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.audit.models import AuditEvent
from orgs.domains.models import Domain
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.mail.wording import days_left
from orgs.people import recipients
from orgs.tenancy.scopes import company_scope

logger = logging.getLogger(__name__)

DAYS = (1, 4, 7)
MAIL_KEY = "domain:"
VERIFIED_KEY = "domain-verified:"  # this one stays true: nothing is looked up again when it is sent
LINKING = ("domain.add", "domain.check")  # what somebody did who waits for the proof
IN_SUBJECT = 30  # characters of a domain's name


def post(domain: Domain, *, now: dt.datetime) -> None:
    """Writes what is due after a look-up, in its transaction; what was written before stays as it is."""
    day = due_day(domain)
    if not day or (domain.lost_at and domain.lost_at < now):
        return
    letter = compose(domain, now=now)
    people = recipients.administrators(domain.org).values_list("pk", "user__email")
    mails = [
        outbox.new_mail(org=domain.org, key=_key(domain, day, member_id), to=email, letter=letter, now=now)
        for member_id, email in people
    ]
    outbox.post_all(mails)


def post_verified(domain: Domain, *, now: dt.datetime) -> None:
    """Tells those administrators who linked the domain or asked to verify it, in the look-up's transaction."""
    org = domain.org
    asked = AuditEvent.objects.filter(org=org, target=domain.public_id, action__in=LINKING).values("actor")
    people = recipients.administrators(org).filter(pk__in=asked).values_list("pk", "user__email")
    with wording.spoken(org):
        name = domain.unicode_name or domain.name
        context = {
            "org": org,
            "domain": name,
            "subject": _("%(domain)s is verified") % {"domain": Truncator(name).chars(IN_SUBJECT)},
            "verified": wording.instant(now),
            "url": settings.ORIGIN + reverse("orgs:domain", args=[org.slug, domain.public_id]),
        }
        letter = outbox.render("mail/orgs/domains/domain_verified", context)
    key = f"{VERIFIED_KEY}{domain.pk}:{int(now.timestamp())}:"
    outbox.post_all([outbox.new_mail(org=org, key=f"{key}{pk}", to=to, letter=letter, now=now) for pk, to in people])


def due_day(domain: Domain) -> int:
    """The last of the days 1, 4, 7 that the absence has reached; 0 while there is none."""
    if domain.missing_since is None:
        return 0
    return max((day for day in DAYS if domain.missing_for >= dt.timedelta(days=day)), default=0)


def compose(domain: Domain, *, now: dt.datetime) -> outbox.Letter:
    """What the mail says at `now`, in the company's language and time zone."""
    org, deadline = domain.org, domain.lost_deadline
    with wording.spoken(org):
        context = {
            "org": org,
            "domain": domain,
            "subject": _subject(domain, now),
            "missing_since": wording.instant(domain.missing_since) if domain.missing_since else "",
            "deadline": wording.instant(deadline) if deadline else "",
            "lost": wording.instant(domain.lost_at) if domain.lost_at else "",
            "url": settings.ORIGIN + reverse("orgs:domain", args=[org.slug, domain.public_id]),
        }
        return outbox.render("mail/orgs/domains/domain_missing", context)


def _subject(domain: Domain, now: dt.datetime) -> str:
    name = Truncator(domain.name).chars(IN_SUBJECT)
    if domain.lost_deadline is None:
        return _("%(domain)s is no longer verified") % {"domain": name}
    days = days_left(domain.lost_deadline, now)
    text = ngettext(
        "%(domain)s is lost in %(days)s day: record missing",
        "%(domain)s is lost in %(days)s days: record missing",
        days,
    )
    return text % {"domain": name, "days": days}


def refresh(mail: Mail, *, now: dt.datetime) -> bool:
    """Puts into a waiting mail what is true at `now`; False, and the mail is gone, when none of it is any more.

    A mail about no domain is left as it is.
    """
    if mail.org_id is None or not mail.key.startswith(MAIL_KEY):
        return True
    domain_id, member_id = int(mail.key.split(":")[1]), int(mail.key.split(":")[4])
    with company_scope(mail.org_id):
        domain = Domain.objects.filter(pk=domain_id).select_related("org").first()
        key = _key(domain, due_day(domain), member_id) if domain else ""
        told = domain and recipients.administrators(domain.org).filter(pk=member_id, user__email=mail.to).exists()
        if domain is None or key != mail.key or not told:
            Mail.objects.filter(pk=mail.pk, sent_at=None).delete()
            logger.info("Mail %s is no longer true and was withdrawn.", mail.key)
            return False
        outbox.rewrite(mail, compose(domain, now=now), now=now)
    return True


def _key(domain: Domain, day: int, member_id: int) -> str:
    """Once per absence and day: an absence is known by the instant at which it was noticed."""
    since = int(domain.missing_since.timestamp()) if domain.missing_since else 0
    return f"{MAIL_KEY}{domain.pk}:{since}:{day}:{member_id}"
