"""The ledger: double entry in whole minor units, posted once and never changed (design rule 7).

A positive posting raises an account's balance. The customer's account is what a company has with us; a top-up puts
money there and takes as much from `card` or `transfer`, a charge the other way round, so all accounts sum to zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.ledger import debt_due
from billing.ledger.models import Account, AccountCode, Entry, EntryKind, Posting
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

# The check of a new entry runs while its rows are seen: at the end of the transaction the scope is closed.
CHECK = "SET CONSTRAINTS billing_entry_balanced, billing_posting_balanced {}"


class Contradiction(Exception):
    """Another entry has the key already: the same fact, with other amounts. A fault of the program."""


def post(
    org: Organization,
    kind: EntryKind,
    *,
    key: str,
    amounts: Mapping[AccountCode, int],
    now: dt.datetime,
    actor: Membership | None = None,
    data: dict[str, Any] | None = None,
    reverses: Entry | None = None,
) -> Entry:
    """Posts an entry once; posted already, it answers that one. Amounts that are zero are left out.

    The company's debt and state follow. The caller is inside the company's scope and holds its row lock. Raises
    Contradiction, and IntegrityError when the amounts do not sum to zero.
    """
    amounts = {code: amount for code, amount in amounts.items() if amount}
    if found := Entry.objects.filter(org=org, key=key).first():
        return _same(found, amounts)
    entry = Entry.objects.create(org=org, kind=kind, key=key, at=now, actor=actor, data=data or {}, reverses=reverses)
    before, after = _put(entry, amounts)
    debt_due.update_due_date(org, key=entry.public_id, before=before, after=after, now=now)
    return entry


def reverse(entry: Entry, *, now: dt.datetime, data: dict[str, Any], actor: Membership | None = None) -> Entry:
    """Takes an entry back by its opposite, once. The caller holds the company's row lock in its scope."""
    amounts = {code: -amount for code, amount in amounts_of(entry).items()}
    key = f"reversal:{entry.public_id}"
    return post(
        entry.org, EntryKind.REVERSAL, key=key, amounts=amounts, now=now, actor=actor, data=data, reverses=entry
    )


def amounts_of(entry: Entry) -> dict[AccountCode, int]:
    """What an entry put to which account."""
    rows = Posting.objects.filter(org=entry.org_id, entry=entry).values_list("account__code", "amount")
    return {AccountCode(code): amount for code, amount in rows}


def balance(org: Organization) -> int:
    """What the company has with us (minor units); below zero it owes. In the company's scope; one statement."""
    entry = Account.objects.filter(org=org, code=AccountCode.CUSTOMER).values_list("balance", flat=True).first()
    return entry or 0


def has_paid(org: Organization) -> bool:
    """Whether money of the company ever came in. In the company's scope; one statement."""
    return Entry.objects.filter(org=org, kind=EntryKind.TOP_UP).exists()


def balance_at(org: Organization, instant: dt.datetime) -> int:
    """The balance before everything that was posted at `instant` (UTC) or later; from the postings themselves."""
    mine = Posting.objects.filter(org=org, account__code=AccountCode.CUSTOMER, entry__at__lt=instant)
    entry: int = mine.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"]
    return entry


def drifted() -> QuerySet[Any]:
    """Accounts whose cached balance is not the sum of their postings, that sum as `true`. In the platform's scope."""
    mine = Posting.objects.filter(org=OuterRef("org"), account=OuterRef("pk")).order_by().values("account")
    true = Coalesce(Subquery(mine.annotate(sum=Sum("amount")).values("sum")), Value(0))
    return Account.objects.annotate(true=true).exclude(balance=F("true"))


def _put(entry: Entry, amounts: Mapping[AccountCode, int]) -> tuple[int, int]:
    """Writes the postings of a new entry; the company's balance before and after."""
    accounts = _accounts(entry.org)
    before = accounts[AccountCode.CUSTOMER].balance
    rows = [Posting(org=entry.org, entry=entry, account=accounts[code], amount=amounts[code]) for code in amounts]
    Posting.objects.bulk_create(rows)
    _check()
    for code, amount in amounts.items():
        accounts[code].balance += amount
    Account.objects.bulk_update([accounts[code] for code in amounts], ["balance"])
    return before, accounts[AccountCode.CUSTOMER].balance


def _same(entry: Entry, amounts: Mapping[AccountCode, int]) -> Entry:
    if amounts_of(entry) != amounts:
        raise Contradiction(entry.key)
    return entry


def _accounts(org: Organization) -> dict[AccountCode, Account]:
    """The company's accounts under lock, opened if they are not."""
    mine = Account.objects.filter(org=org).select_for_update().order_by("pk")
    entry = list(mine.all())
    if len(entry) < len(AccountCode):
        Account.objects.bulk_create((Account(org=org, code=code) for code in AccountCode), ignore_conflicts=True)
        entry = list(mine.all())
    return {AccountCode(account.code): account for account in entry}


def _check() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{CHECK.format('IMMEDIATE')}; {CHECK.format('DEFERRED')}")
