"""How many invitation mails go out a day (UTC), first mail, `Resend` and reminder alike (product.md §3).

Each mail takes a row that the database lets only one mail have: two companies that write to one address at once find
out from each other's rows. Nothing here counts and then inserts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

from access.invitations import mail_limit_texts
from billing.ledger import ledger
from orgs.domains.models import Domain
from orgs.mail.mailing_models import BY_ALL, BY_COMPANY, AddressMailing, CompanyMailing
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope

BY_UNKNOWN_COMPANY = 100  # a day, of one that has neither paid nor verified a domain
KEPT = dt.timedelta(days=2)  # rows of the day before are still there, whatever a worker's clock says

TAKE = """
INSERT INTO orgs_addressmailing (digest, day, number) SELECT digest, %s, %s FROM unnest(%s::text[]) AS asked(digest)
ON CONFLICT DO NOTHING RETURNING digest
"""


@dataclass(frozen=True)
class Allowance:
    """`most` mails go out on a day, `left` of them today; the next day begins at `again_at` (UTC)."""

    most: int
    left: int
    again_at: dt.datetime


def allowance(org: Organization, now: dt.datetime) -> Allowance:
    """What the company may still send today. In its scope."""
    is_known = Domain.objects.filter(org=org).verified().exists() or ledger.has_paid(org)
    most = BY_COMPANY if is_known else BY_UNKNOWN_COMPANY
    return Allowance(most, max(0, most - _last_number(org, now)), again_at(now))


def reserve(org: Organization, emails: Sequence[str], *, now: dt.datetime) -> set[str]:
    """Takes a place for a mail to each of the addresses; those that may be written to now.

    The caller holds the company's row lock, posts the mails in the same transaction, and sends nothing to the others.
    Raises Refused when they are more than the company may still send today.
    """
    mailed = mailed_today(org, emails, now=now)
    wanted = {_digest(email): email for email in emails if email not in mailed}
    left = allowance(org, now)
    if len(wanted) > left.left:
        text = mail_limit_texts.beyond(len(wanted), most=left.most, left=left.left, again_at=left.again_at)
        raise Refused(text)
    taken = _take_of_all(sorted(wanted), now)  # in one order everywhere, so that nobody waits for each other
    start, day = _last_number(org, now), _day(now)
    CompanyMailing.objects.bulk_create(
        CompanyMailing(org_id=org.pk, digest=digest, day=day, number=number)
        for number, digest in enumerate(taken, start + 1)
    )
    return {wanted[digest] for digest in taken}


def mailed_today(org: Organization, emails: Iterable[str], *, now: dt.datetime) -> set[str]:
    """Those of the addresses that the company has written to on this day. One statement."""
    digests = {_digest(email): email for email in emails}
    rows = CompanyMailing.objects.filter(org_id=org.pk, day=_day(now), digest__in=digests)
    return {digests[digest] for digest in rows.values_list("digest", flat=True)}


def again_at(now: dt.datetime) -> dt.datetime:
    """When the next day begins (UTC)."""
    return dt.datetime.combine(_day(now) + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)


def forget(now: dt.datetime) -> None:
    """Deletes the rows of days that are over."""
    over = _day(now - KEPT)
    with platform_scope():
        for model in (AddressMailing, CompanyMailing):
            model.objects.filter(day__lte=over).delete()


def _take_of_all(digests: Sequence[str], now: dt.datetime) -> list[str]:
    """Of the addresses, in their order, those that had a place left among the mails of all companies."""
    taken: set[str] = set()
    with connection.cursor() as cursor:
        for number in range(1, BY_ALL + 1):
            asked = [digest for digest in digests if digest not in taken]
            if asked:
                cursor.execute(TAKE, [_day(now), number, asked])
                taken |= {digest for (digest,) in cursor.fetchall()}
    return [digest for digest in digests if digest in taken]


def _last_number(org: Organization, now: dt.datetime) -> int:
    rows = CompanyMailing.objects.filter(org_id=org.pk, day=_day(now)).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def _digest(email: str) -> str:
    return salted_hmac("access.invitation_limits", email.lower(), algorithm="sha256").hexdigest()


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()
