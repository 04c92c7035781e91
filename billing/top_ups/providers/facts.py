"""What payment providers tell, in words that are the same for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from billing.ledger.refund_models import TakebackKind


class Unreachable(Exception):
    """The provider did not answer, or not as it should; asked again it may."""


class Forged(Exception):
    """A message that the provider did not sign, or signed too long ago."""


class Outcome(Enum):
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Started:
    """A payment's id at the provider, and the page where a person pays."""

    provider_id: str
    url: str


@dataclass(frozen=True)
class Status:
    """What became of a payment; `amount` in minor units of `currency`, None when the provider does not say."""

    outcome: Outcome
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Begun:
    """A payment as `Started` named it, and the public id of the top-up that was given to the provider with it."""

    provider_id: str
    top_up: str


@dataclass(frozen=True)
class Taken:
    """Money that left again, or came back (`is_returned`), by the provider's id of the refund or dispute.

    `payment`: the provider's id of the money's movement, which is not that of `Started`. `amount` in minor units of
    `currency`, and above zero both ways.
    """

    kind: TakebackKind
    provider_id: str
    payment: str
    is_returned: bool
    amount: int
    currency: str


@dataclass(frozen=True)
class Event:
    """A signed message. `status` and `taken` are None when it is about nothing that matters here.

    `top_up`: the public id that was given to the provider with the payment. What was taken back comes without it and
    without `provider_id`.
    """

    provider: str
    event_id: str
    kind: str
    provider_id: str
    top_up: str
    status: Status | None
    taken: Taken | None = None
