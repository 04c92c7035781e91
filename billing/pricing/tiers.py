"""What a month costs: a marginal scale of whole minor units (product.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

FREE_SEATS = 5


@dataclass(frozen=True)
class Tier:
    """`price` minor units for each seat up to `last_seat`; None means without end."""

    last_seat: int | None
    price: int


@dataclass(frozen=True)
class Line:
    """So many seats at one price each (minor units)."""

    seats: int
    price: int


@dataclass(frozen=True)
class Prices:
    """A price list: its tiers in order, the last one without end."""

    currency: str
    tiers: tuple[Tier, ...]
    vat_included: bool


def monthly_price(seats: int, prices: Prices) -> int:
    """Minor units for a month with `seats` people of full access; five or fewer cost nothing."""
    return sum(line.seats * line.price for line in monthly_lines(seats, prices))


def monthly_lines(seats: int, prices: Prices) -> list[Line]:
    """How that price adds up: a line for each tier that is reached; none for five seats or fewer."""
    if seats <= FREE_SEATS:
        return []
    lines, first = [], 0
    for tier in prices.tiers:
        last = seats if tier.last_seat is None else min(seats, tier.last_seat)
        if last > first:
            lines.append(Line(last - first, tier.price))
        first = last
    return lines


def charge(price: int, *, dates: int, of: int) -> int:
    """What a month costs of which `dates` count `of` so many: rounded once, half up (minor units)."""
    return (2 * price * dates + of) // (2 * of)
