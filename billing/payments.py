"""Whether a document is paid: an invoice by the balance, an invoice for a bank transfer by its payment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from billing import ledger
from billing.models import Document, DocumentKind, Entry, TopUpState
from orgs.models import Organization


@dataclass(frozen=True)
class Status:
    """A word, and the kind of badge it stands in."""

    text: str | Promise
    kind: str = ""


PAID = Status(pgettext_lazy("document", "Paid"), "ok")
DUE = Status(pgettext_lazy("document", "Due"), "warn")
CANCELLED = Status(pgettext_lazy("document", "Cancelled"))
RECEIVED = Status(TopUpState.PAID.label, "ok")
AWAITED = Status(TopUpState.PENDING.label, "warn")


def statuses(org: Organization, documents: Sequence[Document]) -> list[Status]:
    """The status of each; at most three statements, however many documents. `top_up` should be loaded with them."""
    due, cancelled = due_invoices(org), _cancelled(org, documents)
    return [_status(document, due, cancelled) for document in documents]


def due_invoices(org: Organization) -> set[int]:
    """Ids of the invoices that the balance does not cover.

    Whatever came in pays the oldest invoice first. So an invoice is paid when the balance would be zero or more without
    the invoices after it: what is owed now is looked for in the newest ones, as far back as it reaches. A charge that
    was reversed owes nothing.
    """
    owed, found = -ledger.balance(org), set[int]()
    if owed <= 0:
        return found
    invoices = Document.objects.filter(org=org, kind=DocumentKind.INVOICE).exclude(charge__entry__in=_taken_back(org))
    for pk, total in invoices.order_by("-pk").values_list("pk", "total").iterator():
        if owed <= 0:
            break
        found.add(pk)
        owed -= total
    return found


def _cancelled(org: Organization, documents: Sequence[Document]) -> set[int]:
    """Ids of those whose charge was reversed."""
    mine = Document.objects.filter(org=org, pk__in=[document.pk for document in documents])
    return set(mine.filter(charge__entry__in=_taken_back(org)).values_list("pk", flat=True))


def _taken_back(org: Organization) -> QuerySet[Entry, Any]:
    """Ids of the entries that were reversed."""
    return Entry.objects.filter(org=org).exclude(reverses=None).values("reverses")


def _status(document: Document, due: Collection[int], cancelled: Collection[int]) -> Status:
    if document.top_up:
        return _of_transfer(document.top_up.state)
    if document.pk in cancelled:
        return CANCELLED
    return DUE if document.pk in due else PAID


def _of_transfer(state: str) -> Status:
    if state == TopUpState.PAID:
        return RECEIVED
    return AWAITED if state in (TopUpState.OPEN, TopUpState.PENDING) else Status(TopUpState(state).label)
