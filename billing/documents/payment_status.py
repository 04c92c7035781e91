"""Whether a document is paid: an invoice by the balance, an invoice for a bank transfer by its payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from billing.documents.models import Document, DocumentKind
from billing.ledger import ledger
from billing.ledger.models import Entry
from billing.ledger.top_up_models import TopUpState
from orgs.tenancy.organization_models import Organization


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


def of_company(org: Organization) -> QuerySet[Any]:
    """The company's documents with what `statuses` asks of them."""
    reversals = Entry.objects.filter(org=org, reverses=OuterRef("charge__entry"))
    return Document.objects.filter(org=org).select_related("top_up").annotate(is_cancelled=Exists(reversals))


def statuses(org: Organization, documents: Sequence[Any]) -> list[Status]:
    """The status of each of these rows of `of_company`; at most two statements, however many."""
    due = due_invoices(org) if documents else set()
    return [_status(document, is_due=document.pk in due) for document in documents]


def due_invoices(org: Organization) -> set[int]:
    """Ids of the invoices that the balance does not cover.

    Whatever came in pays the oldest invoice first. So an invoice is paid when the balance would be zero or more without
    the invoices after it: what is owed now is looked for in the newest ones, as far back as it reaches. A charge that
    was reversed owes nothing.
    """
    owed, found = -ledger.balance(org), set[int]()
    if owed <= 0:
        return found
    invoices = of_company(org).filter(kind=DocumentKind.INVOICE, is_cancelled=False).order_by("-pk")
    for pk, total in invoices.values_list("pk", "total").iterator():
        if owed <= 0:
            break
        found.add(pk)
        owed -= total
    return found


def _status(document: Any, *, is_due: bool) -> Status:
    if document.top_up:
        return _of_transfer(document.top_up.state)
    if document.is_cancelled:
        return CANCELLED
    return DUE if is_due else PAID


def _of_transfer(state: str) -> Status:
    if state == TopUpState.PAID:
        return RECEIVED
    return AWAITED if state in (TopUpState.OPEN, TopUpState.PENDING) else Status(TopUpState(state).label)
