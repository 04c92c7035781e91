"""The audit trail: append-only, hash-chained per company (design rule 18)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

START = "0" * 64
Entry = tuple[str, str, dict[str, Any]]  # (action, target, data)


def record(
    org: Organization,
    action: str,
    *,
    actor: Membership | None,
    now: dt.datetime,
    target: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Appends an event in the caller's transaction. The caller holds the company's row lock, which orders the chain."""
    return record_each(org, action, actor=actor, now=now, targets=[target], data=data)[0]


def record_each(
    org: Organization,
    action: str,
    *,
    actor: Membership | None,
    now: dt.datetime,
    targets: Iterable[str],
    data: dict[str, Any] | None = None,
) -> list[AuditEvent]:
    """One event for each target of an act on many, with two statements for all of them. As `record` otherwise."""
    return record_all(org, [(action, target, data or {}) for target in targets], actor=actor, now=now)


def record_all(
    org: Organization,
    entries: Sequence[Entry],
    *,
    actor: Membership | None,
    now: dt.datetime,
) -> list[AuditEvent]:
    """Events of several kinds, (action, target, data) each, with two statements for all, none for none."""
    if not entries:
        return []
    return AuditEvent.objects.bulk_create(_events(org, entries, actor=actor, now=now))


def _events(
    org: Organization, entries: Sequence[Entry], *, actor: Membership | None, now: dt.datetime
) -> list[AuditEvent]:
    """The next links of the chain."""
    last = AuditEvent.objects.filter(org=org).order_by("-number").first()
    start, previous = (last.number, last.hash) if last else (0, START)
    author, events = actor.pk if actor else None, []
    for number, (action, target, data) in enumerate(entries, start + 1):
        event = AuditEvent(org_id=org.pk, number=number, at=now, actor_id=author, action=action, target=target)
        event.data, event.previous_hash = data, previous
        event.hash = previous = digest(event)
        events.append(event)
    return events


def digest(event: AuditEvent) -> str:
    """SHA-256 over the event's columns and the hash before it."""
    fields = [
        event.previous_hash,
        event.org_id,
        event.number,
        event.at.astimezone(dt.UTC).isoformat(),
        event.actor_id,
        event.action,
        event.target,
        event.data,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Chain:
    """A company's chain, followed as far as it holds: the last sound event, and the first that is wrong or missing."""

    number: int
    hash: str
    broken_at: int | None


def verify_chain(org: Organization, *, known: Chain | None = None) -> Chain:
    """The chain from its start. `known`: how it was before; its last event must still be there and be the same.

    In the company's scope; one statement, so nothing that is written meanwhile disturbs it.
    """
    number, previous = 0, START
    for event in AuditEvent.objects.filter(org=org).order_by("number").iterator():
        number += 1
        if not _is_next(event, number, previous) or (known and number == known.number and event.hash != known.hash):
            return Chain(number - 1, previous, number)
        previous = event.hash
    is_cut = known is not None and number < known.number
    return Chain(number, previous, number + 1 if is_cut else None)


def broken_at(org: Organization) -> int | None:
    """The number of the first event that is wrong; None when the chain holds. In the company's scope."""
    return verify_chain(org).broken_at


def _is_next(event: AuditEvent, number: int, previous: str) -> bool:
    return event.number == number and event.previous_hash == previous and event.hash == digest(event)
