"""Seats: the one place that writes what access comes to, on memberships, in billing's journal and on the company.

Every verb that changes who is in or who may write ends in `recalculate`. Full access that came with a join and for
which no seat may be added is held: the person is Read only and appears under `Access requests`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from access.grants import effective_access
from access.grants import emails as access_letters
from access.grants.effective_access import Standing
from access.grants.emails import Telling
from access.seats import request_settlement
from billing.pricing import price_lists, tiers
from billing.seats import seat_journal
from orgs.audit import audit
from orgs.audit.audit import Entry
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization

SENTENCES = {
    "payer": _("More people can have full access once the payment details are there."),
    "cap": _("The limit of seats that your company set is reached."),
}


class NoSeat(Refused):
    """One person with full access more is not possible now. `reason`: payer (no payment details) or cap."""

    def __init__(self, reason: str) -> None:
        super().__init__(SENTENCES[reason], field="level")
        self.reason = reason


def missing(org: Organization, seats: int) -> str:
    """What keeps the company from raising its seats to so many: cap, payer, or "" when nothing does (product.md §4)."""
    most = limit(org)
    if most is None or seats <= most:
        return ""
    return "cap" if org.seat_cap is not None and seats > org.seat_cap else "payer"


def limit(org: Organization) -> int | None:
    """The number of seats up to which acts may raise it; None when there is no limit."""
    limits = [] if org.payer_ready else [org.free_seats]
    limits += [] if org.seat_cap is None else [org.seat_cap]
    return max(org.full_seats, min(limits)) if limits else None


def recalculate(org: Organization, *, now: dt.datetime, actor: Membership | None = None) -> int:
    """Writes everybody's effective level, the journal and `full_seats`; the company's state follows at once.

    Returns the number of seats. The caller is inside the company's scope and holds its row lock.
    """
    return apply(org, effective_access.people_with_access(org), actor=actor, now=now)


def apply(
    org: Organization,
    people: Sequence[Standing],
    *,
    actor: Membership | None,
    now: dt.datetime,
    entries: Sequence[Entry] = (),
    may_wait: bool = True,
    telling: Telling = access_letters.EVERYBODY,
) -> int:
    """`recalculate` for standings that are read already; `entries` of the audit trail go before those of what follows.

    `may_wait`: whoever comes without a seat to be added waits; an act that gives access raises NoSeat instead.
    `telling`: who hears of it by mail.
    """
    seated, held = _seat(org, people)
    if held and not may_wait:
        raise NoSeat(missing(org, len(seated) + len(held)))
    gained = [person for person in seated if not person.held_seat]
    request_settlement.settle(org, people, gained=gained, held=held, actor=actor, now=now)
    lost = [person for person in people if person.held_seat and not person.is_full]
    _write_levels(org, people, seated, held, now)
    seat_journal.write(org, holders={person.pk: person.because for person in seated}, now=now)
    events = _events(gained, lost, _effect(org, len(seated), now))
    audit.record_all(org, [*entries, *events], actor=actor, now=now)
    if len(seated) != org.full_seats:
        lifecycle.write_facts(org, now=now, full_seats=len(seated))
    access_letters.post(org, gained=gained, lost=lost, actor=actor, now=now, telling=telling)
    return len(seated)


def _write_levels(
    org: Organization,
    people: Sequence[Standing],
    seated: Sequence[Standing],
    held: Sequence[Standing],
    now: dt.datetime,
) -> None:
    """Levels and holds of those who are not yet what they should be."""
    full, waits = {person.pk for person in seated}, {person.pk for person in held}
    waits |= {person.pk for person in people if person.held and person.sources}
    readers = {person.pk for person in people} - full - waits
    members, is_held = Membership.objects.filter(org=org), Q(held_at__isnull=False)
    if full:
        rows = members.filter(~Q(level=Level.FULL) | is_held, pk__in=full)
        rows.update(level=Level.FULL, held_at=None)
    if waits:
        rows = members.filter(~Q(level=Level.READ_ONLY) | ~is_held, pk__in=waits)
        rows.update(level=Level.READ_ONLY, held_at=Coalesce("held_at", Value(now)))
    if readers:
        rows = members.filter(~Q(level=Level.READ_ONLY) | is_held, pk__in=readers)
        rows.update(level=Level.READ_ONLY, held_at=None)


def _effect(org: Organization, number: int, now: dt.datetime) -> dict[str, Any]:
    """What an act that ends with so many seats comes to: seats and monthly totals (minor units), before and after."""
    now_valid = price_lists.prices_for(org, now)
    return {
        "seats_from": org.full_seats,
        "seats_to": number,
        "total_from": tiers.monthly_price(org.full_seats, now_valid),
        "total_to": tiers.monthly_price(number, now_valid),
        "currency": org.currency,
    }


def _events(gained: Sequence[Standing], lost: Sequence[Standing], effect: dict[str, Any]) -> list[Entry]:
    """Who gained full access and who lost it, because of what if that is known, and what the act comes to."""
    gains: list[Entry] = [("access.gain", person.public_id, {"because": person.because, **effect}) for person in gained]
    for person in lost:
        because = {"because": person.because_of_lost} if person.lost else {}
        gains.append(("access.lose", person.public_id, because | effect))
    return gains


def _seat(org: Organization, people: Sequence[Standing]) -> tuple[list[Standing], list[Standing]]:
    """Who holds a seat, and for whom there is none to be added: the last of those who are new."""
    seated = [person for person in people if person.is_full]
    most = limit(org)
    over = 0 if most is None else max(0, len(seated) - most)
    new = [person for person in seated if not person.held_seat]
    held = new[len(new) - over :]
    left_out = {person.pk for person in held}
    return [person for person in seated if person.pk not in left_out], held
