"""What an entry of the ledger was, in the reader's words, and the document that tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.documents.models import Document
from billing.ledger.models import Entry, EntryKind
from billing.ledger.refund_models import TakebackKind
from billing.ledger.top_up_models import Method, TopUp
from billing.money import billing_days
from billing.printing import written_dates
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class Told:
    """`month` (2026-11) of a charge, whose figures open there; otherwise empty."""

    text: str
    month: str
    document: Document | None


def tell(org: Organization, entries: Iterable[Entry]) -> dict[int, Told]:
    """By the entries' ids; two statements, however many. `reverses` should be loaded with them."""
    entries = list(entries)
    involved = {pk for entry in entries for pk in (entry.pk, entry.reverses_id) if pk}
    methods = dict(TopUp.objects.filter(org=org, entry__in=involved).values_list("entry", "method"))
    documents = _documents(org, involved)
    return {
        entry.pk: Told(_text(entry, methods), _month(entry), documents.get(entry.reverses_id or entry.pk))
        for entry in entries
    }


def _documents(org: Organization, involved: Iterable[int]) -> dict[int, Document]:
    """The entry's id → what was issued for its charge or its transfer."""
    mine = Document.objects.filter(Q(charge__entry__in=involved) | Q(top_up__entry__in=involved), org=org)
    return {
        (document.charge.entry_id if document.charge else document.top_up.entry_id): document
        for document in mine.select_related("charge", "top_up")
    }


def _month(entry: Entry) -> str:
    return str(entry.data.get("month", "")) if entry.kind == EntryKind.CHARGE else ""


def _text(entry: Entry, methods: dict[int, str]) -> str:
    if entry.reverses:
        named = {"what": _text(entry.reverses, methods)}
        return _with_reason(_("Reversal of: %(what)s") % named, entry)
    if entry.kind == EntryKind.CHARGE:
        return _charge(_month(entry))
    if entry.kind in TakebackKind:
        return str(TakebackKind(entry.kind).label)
    return _top_up(methods.get(entry.pk)) if entry.kind == EntryKind.TOP_UP else _with_reason(_("Adjustment"), entry)


def _charge(month: str) -> str:
    return (
        _("Charge for %(month)s") % {"month": written_dates.month(billing_days.parse(month))} if month else _("Charge")
    )


def _top_up(method: str | None) -> str:
    """How the money came, where it is known."""
    if method == Method.CARD:
        return _("Top up by card")
    return _("Top up by bank transfer") if method == Method.TRANSFER else _("Top up")


def _with_reason(text: str, entry: Entry) -> str:
    reason = entry.data.get("reason")
    return _("%(what)s (%(reason)s)") % {"what": text, "reason": reason} if reason else text
