"""Billing's tables, by what they keep: seats, prices, the payer, the ledger, charges, documents, top-ups."""

from billing.documents.models import Document, DocumentKind, DocumentSeries
from billing.ledger.book_models import BooksCheck
from billing.ledger.charge_models import Charge
from billing.ledger.models import Account, AccountCode, Entry, EntryKind, Posting
from billing.ledger.refund_models import Takeback, TakebackKind, TakebackState
from billing.ledger.top_up_models import Method, ProviderEvent, TopUp, TopUpState
from billing.payers.models import DocumentLanguage, Payer, PayerKind
from billing.pricing.models import PriceList
from billing.seats.models import Instants, SeatInterval

__all__ = [
    "Account",
    "AccountCode",
    "BooksCheck",
    "Charge",
    "Document",
    "DocumentKind",
    "DocumentLanguage",
    "DocumentSeries",
    "Entry",
    "EntryKind",
    "Instants",
    "Method",
    "Payer",
    "PayerKind",
    "Posting",
    "PriceList",
    "ProviderEvent",
    "SeatInterval",
    "Takeback",
    "TakebackKind",
    "TakebackState",
    "TopUp",
    "TopUpState",
]
