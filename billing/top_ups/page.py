"""What the page of one top-up shows."""

from __future__ import annotations

from dataclasses import dataclass

from billing.documents.models import Document
from billing.ledger import ledger
from billing.ledger.models import AccountCode
from billing.ledger.refund_models import Takeback
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.top_ups import refunds, top_ups
from orgs.tenancy.request import CompanyRequest


@dataclass(frozen=True)
class Page:
    """`received` and `balance` (minor units) are those of now; `document`: a transfer's invoice, a card's receipt.

    `payable`: the provider's page can still be gone to.
    """

    top_up: TopUp
    received: int
    balance: int
    document: Document | None
    payable: bool
    taken_back: list[Takeback]  # and not returned

    @property
    def is_card(self) -> bool:
        return self.top_up.method == Method.CARD

    @property
    def is_waiting(self) -> bool:
        return self.top_up.state in top_ups.WAITING

    @property
    def is_refreshed(self) -> bool:
        """Whether the page asks again by itself: the provider tells of a card at any moment, a transfer takes days."""
        return self.is_card and self.is_waiting

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return {TopUpState.PAID: "ok", TopUpState.FAILED: "bad", TopUpState.REVIEW: "warn"}.get(
            TopUpState(self.top_up.state), ""
        )


def top_up_page(top_up: TopUp, request: CompanyRequest) -> Page:
    """What the page of a top-up shows. In the company's scope."""
    posted = ledger.amounts_of(top_up.entry) if top_up.entry else {}
    return Page(
        top_up=top_up,
        received=posted.get(AccountCode.CUSTOMER, 0),
        balance=ledger.balance(request.org),
        document=Document.objects.filter(org=request.org, top_up=top_up).first(),
        payable=top_ups.is_payable(top_up, request.now),
        taken_back=refunds.refunds_of(top_up) if top_up.entry else [],
    )
