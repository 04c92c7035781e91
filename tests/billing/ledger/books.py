"""Entries for tests, posted as the product posts them: inside the company's scope, under its row lock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope


def top_up(org: Organization, amount: int, now: dt.datetime, *, key: str) -> Entry:
    amounts = {AccountCode.CUSTOMER: amount, AccountCode.TRANSFER: -amount}
    return post(org, EntryKind.TOP_UP, amounts, now, key=key)


def take(org: Organization, amount: int, now: dt.datetime, *, key: str) -> Entry:
    amounts = {AccountCode.CUSTOMER: -amount, AccountCode.REVENUE: amount}
    return post(org, EntryKind.CHARGE, amounts, now, key=key)


def post(org: Organization, kind: EntryKind, amounts: dict[AccountCode, int], now: dt.datetime, **more: Any) -> Entry:
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        return ledger.post(locked, kind, amounts=amounts, now=now, **more)


def reverse(entry: Entry, now: dt.datetime) -> Entry:
    with company_scope(entry.org_id):
        entry.org = Organization.objects.lock(entry.org_id)
        return ledger.reverse(entry, now=now, data={"reason": "entered twice"})


def balance(org: Organization) -> int:
    with company_scope(org.pk):
        return ledger.balance(org)
