"""Whether each company's books are right: every entry since the last good mark, and the whole balance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from billing.ledger import ledger
from billing.ledger.book_models import BooksCheck
from billing.ledger.models import Entry, Posting
from orgs.tenancy.batch import Batch
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

AT_ONCE = 2_000  # companies
NAMED = 10  # entries; more would not fit
Totals = dict[str, int]  # by the account's code, in minor units


def run_due(now: dt.datetime) -> None:
    """Looks at the companies whose turn it is; what a round leaves, the next one takes."""
    with platform_scope(read_only=True):
        due = list(BooksCheck.due(now)[:AT_ONCE])
    turns = Batch("check_books")
    for org in due:
        with turns.turn(org.pk):
            check(org, now=now)


def check(org: Organization, *, now: dt.datetime) -> str:
    """What is wrong, in ids and numbers; empty when nothing is, and then the mark moves on."""
    with company_scope(org.pk):
        Organization.objects.lock_shared(org.pk)  # nobody posts meanwhile
        mark = BooksCheck.objects.filter(org=org).first() or BooksCheck(org=org)
        mark.checked_at, mark.fault = now, "; ".join(_faults(org, mark))[:500]
        if not mark.fault:
            mark.entry = Entry.objects.filter(org=org).order_by("pk").last()
            mark.totals = _totals(org)
        mark.save()
    return mark.fault


def _faults(org: Organization, mark: BooksCheck) -> Iterator[str]:
    for entry in _unbalanced(org, after=mark.entry_id or 0)[:NAMED]:
        yield f"entry {entry} does not balance"
    for code, cached, true in ledger.drifted().filter(org=org).values_list("code", "balance", "true"):
        yield f"{code} says {cached}, its postings {true}"
    if together := sum(_totals(org).values()):
        yield f"all accounts together come to {together}"
    if mark.entry_id and _totals(org, up_to=mark.entry_id) != mark.totals:
        yield f"what was posted up to entry {mark.entry_id} is not what it was"


def _unbalanced(org: Organization, *, after: int) -> list[int]:
    """Newer entries that have fewer than two postings, or ones that do not sum to zero."""
    entries = Entry.objects.filter(org=org, pk__gt=after).annotate(parts=Count("postings"), sum=Sum("postings__amount"))
    return list(entries.exclude(Q(parts__gte=2) & Q(sum=0)).order_by("pk").values_list("pk", flat=True))


def _totals(org: Organization, *, up_to: int | None = None) -> Totals:
    """What the postings of each account come to; of those up to an entry."""
    mine = Posting.objects.filter(org=org)
    if up_to is not None:
        mine = mine.filter(entry_id__lte=up_to)
    return dict(mine.order_by().values_list("account__code").annotate(sum=Sum("amount")))
