"""A demo company's money: what its people, an operator and the jobs did, each at its instant."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from billing.charging import monthly_charge
from billing.charging.monthly_charge import Due
from billing.documents import documents
from billing.ledger.top_up_models import Method
from billing.money import billing_days
from billing.payers import payers
from billing.payers.models import PayerKind
from billing.top_ups import operations, top_ups
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from tracker_portal.demo import past
from users.accounts.models import User

CHARGED_AT = dt.timedelta(hours=3)  # on the 2nd: the job runs at night
TOKEN = UUID("6f1c7f0e-5d0b-4f0e-9a53-0c0ba175b19e")  # of the one payment or adjustment that a company has
REASON = "On our account, by its reference."


def name_payer(org: Organization, details: dict[str, str], *, at: dt.datetime) -> None:
    """The owner saves the payment details."""
    payers.save(
        org=org,
        kind=PayerKind.LEGAL_ENTITY,
        country=org.country,
        language=documents.language_of(org, None),
        details=details,
        actor=_owner(org),
        now=at,
    )
    org.refresh_from_db()


def top_up(org: Organization, amount: int, *, asked_at: dt.datetime, at: dt.datetime, operator: User) -> None:
    """A bank transfer of `amount` (minor units) is begun, and an operator finds it on the account at `at`."""
    begun = top_ups.begin(org=org, amount=amount, method=Method.TRANSFER, token=TOKEN, actor=_owner(org), now=asked_at)
    past.live(org, until=at)
    operations.record_received(top_up=begun, amount=amount, operator=operator, reason=REASON, now=at)
    past.deliver(org, at)
    org.refresh_from_db()


def charge_months(org: Organization, *, since: dt.datetime, until: dt.datetime) -> None:
    """Each month since `since`, the trial's end, is charged on the 2nd of the next one, as far as that has come."""
    first = billing_days.month_of(billing_days.day_of(since))
    while (at := billing_days.midnight(billing_days.charge_date(first)) + CHARGED_AT) <= until:
        monthly_charge.charge(Due(org.pk, first), now=at)
        past.deliver(org, at)
        first = billing_days.following(first)
    org.refresh_from_db()


def owe(org: Organization, amount: int, *, operator: User, reason: str, at: dt.datetime) -> None:
    """An operator takes `amount` (minor units) from the balance, which goes below zero with it."""
    operations.adjust(org=org, amount=-amount, token=TOKEN, operator=operator, reason=reason, now=at)
    past.deliver(org, at)
    org.refresh_from_db()


def _owner(org: Organization) -> Membership:
    owner: Membership = org.memberships.get(role=Role.OWNER)
    return owner
