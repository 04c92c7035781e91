"""What payment providers tell, in words that are the same for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
class Event:
    """A signed message. `status` is None when it is about nothing that matters here.

    `top_up`: the public id that was given to the provider with the payment.
    """

    provider: str
    event_id: str
    kind: str
    provider_id: str
    top_up: str
    status: Status | None
