"""Billing's tables, by what they keep: seats, prices, the payer, the ledger, charges, documents, top-ups."""

from billing.models.books import BooksCheck
from billing.models.charges import Charge
from billing.models.documents import Document, DocumentKind, DocumentSeries
from billing.models.ledger import Account, AccountCode, Entry, EntryKind, Posting
from billing.models.payers import DocumentLanguage, Payer, PayerKind
from billing.models.prices import PriceList
from billing.models.seats import Instants, SeatInterval
from billing.models.takebacks import Takeback, TakebackKind, TakebackState
from billing.models.topups import Method, ProviderEvent, TopUp, TopUpState

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
