"""The lifecycle of a company's Tracker: the only writer of its state (product.md §2).

    INACTIVE --activate--> TRIAL --trial ends, subscribed--> ACTIVE <----------------------+
                             |                                 ^  |                        |
                             | trial ends, not subscribed      |  | debt due, or the       | activated again by an
                             v                       subscribe |  v last full seat gone    | administrator of a
                         READ_ONLY ----------------------------+ READ_ONLY                 | subscribed company, empty
                             | 30 days                                                     |
                             v                                                             |
                         DELETING --> DELETED ---------------------------------------------+
    TRIAL, ACTIVE, READ_ONLY --deactivate--> DEACTIVATED --the same 30 days--> DELETING
    DEACTIVATED --activate--> TRIAL (before its end), else ACTIVE (subscribed), else READ_ONLY (its clock as it stands)
    TRIAL, ACTIVE, READ_ONLY, DEACTIVATED --company_close--> DELETING: an owner closes the company (product.md §3)

What a request may do is computed here from instants, facts and `now`; the stored state only follows. All instants are
UTC, a day is 24 h, intervals are half-open: at exactly `trial_ends_at` the trial is over.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.audit.audit import Entry
from orgs.lifecycle.transitions import FOLLOWED_BY, FOLLOWING, HELD, MOVES, move
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State

TRIAL = dt.timedelta(days=30)
RETENTION = dt.timedelta(days=30)
ONLY_ADMINISTRATORS = _("Only administrators can activate and deactivate Tracker.")


class Facts(TypedDict, total=False):
    """What higher layers write down on the company's row: access the seats, billing the rest."""

    full_seats: int
    free_seats: int
    payer_ready: bool
    debt_due_at: dt.datetime | None


# --- What counts at an instant: pure functions of the facts, the instants and the clock -----------------
def has_debt_due(org: Organization, now: dt.datetime) -> bool:
    return org.debt_due_at is not None and now >= org.debt_due_at


def has_paid_seats(org: Organization) -> bool:
    """At least one full seat, and a payer when the seats cost something."""
    return org.full_seats > 0 and (org.payer_ready or org.full_seats <= org.free_seats)


def is_subscribed(org: Organization, now: dt.datetime) -> bool:
    """At least one full seat, no debt due, and a payer when the seats cost something (product.md §2)."""
    return has_paid_seats(org) and not has_debt_due(org, now)


def subscription_blocker(org: Organization, now: dt.datetime) -> str:
    """What keeps a company from being subscribed: debt, payer (seats cost something), nobody; or "": nothing."""
    if has_debt_due(org, now):
        return "debt"
    if has_paid_seats(org):
        return ""
    return "payer" if org.full_seats else "nobody"


def state_at(org: Organization, now: dt.datetime) -> State:
    """The state that counts at `now`; a passed deadline counts before any job has run."""
    stored = State(org.state)
    return stored if stored in HELD else switched_on_state(org, now)


def switched_on_state(org: Organization, now: dt.datetime) -> State:
    """The state of a Tracker that is on, or of one that is being switched on at `now`."""
    if org.trial_ends_at is None:
        return State.INACTIVE
    if now < org.trial_ends_at:
        return State.TRIAL
    return State.ACTIVE if is_subscribed(org, now) else State.READ_ONLY


def in_trial(org: Organization, now: dt.datetime) -> bool:
    """Whether the trial's end is ahead, also while Tracker is off."""
    return org.trial_ends_at is not None and now < org.trial_ends_at


def accepts_writes(org: Organization, now: dt.datetime, *, full_access: bool) -> bool:
    """Whether a person with or without full access may change issues at `now`: in a trial everybody may."""
    state = state_at(org, now)
    return state == State.TRIAL or (state == State.ACTIVE and full_access)


def stopped_at(org: Organization, now: dt.datetime) -> dt.datetime | None:
    """The instant at which writing stopped for the company, whatever stopped it; None while it goes on.

    It follows from the deadline that passed, not from when a job or a request noticed.
    """
    state = state_at(org, now)
    if org.retention_ends_at and state != State.ACTIVE:  # a debt that was paid may not have been followed yet
        return org.retention_ends_at - RETENTION
    if state != State.READ_ONLY or org.trial_ends_at is None:
        return None
    if org.debt_due_at and has_paid_seats(org):
        return max(org.trial_ends_at, org.debt_due_at)
    return org.trial_ends_at if org.state == State.TRIAL else now


def deletion_at(org: Organization, now: dt.datetime) -> dt.datetime | None:
    """When the data is deleted if nothing changes: 30 days after writing stopped, or will stop at the trial's end.

    None for a company that is subscribed, or has no data to delete.
    """
    if stopped := stopped_at(org, now):
        return stopped + RETENTION
    if state_at(org, now) == State.TRIAL and org.trial_ends_at and not is_subscribed(org, org.trial_ends_at):
        return org.trial_ends_at + RETENTION
    return None


def is_on(org: Organization, now: dt.datetime) -> bool:
    """Whether Tracker is on at `now`, writable or not, and so can be switched off."""
    return state_at(org, now) not in HELD


def kept_until(org: Organization, now: dt.datetime) -> dt.datetime:
    """Until when the data would be kept if Tracker, which is on, were switched off at `now` and nothing changed."""
    return (stopped_at(org, now) or now) + RETENTION


# --- Verbs ---------------------------------------------------------------------------------------------
@transaction.atomic
def activate(*, org: Organization, actor: Membership, now: dt.datetime) -> Organization:
    """Switches Tracker on: a trial of 30 days once per company, afterwards as the facts say. Raises Refused."""
    with administering(org.pk, actor, refusal=ONLY_ADMINISTRATORS) as org:
        if org.state == State.INACTIVE:
            _move(org, "activate", State.TRIAL, actor=actor, now=now, activated_at=now, trial_ends_at=now + TRIAL)
            return org
        to = switched_on_state(org, now)
        if org.state == State.DELETED and to != State.ACTIVE:
            raise Refused(_("The free trial is over. Give somebody full access and settle the payment first."))
        clock = org.retention_ends_at if to == State.READ_ONLY else None
        _move(org, "activate", to, actor=actor, now=now, deactivated_at=None, retention_ends_at=clock)
    return org


@transaction.atomic
def deactivate(*, org: Organization, actor: Membership, now: dt.datetime) -> Organization:
    """Switches Tracker off: nobody reaches issues, and the 30 days run unless they run already. Raises Refused."""
    with administering(org.pk, actor, refusal=ONLY_ADMINISTRATORS) as org:
        reconcile_state(org, now=now)
        clock = kept_until(org, now)
        _move(org, "deactivate", State.DEACTIVATED, actor=actor, now=now, deactivated_at=now, retention_ends_at=clock)
    return org


def extend_trial(org: Organization, *, until: dt.datetime, now: dt.datetime, data: dict[str, Any]) -> None:
    """An operator's act: the trial lasts until a later instant, also after its end. Raises Refused.

    The caller is inside the company's scope and holds its row lock; `data` goes into the audit event.
    """
    if org.trial_ends_at is None or until <= max(org.trial_ends_at, now):
        raise Refused(_("The new end of the trial must be later than the old one and in the future."))
    reconcile_state(org, now=now)
    data = data | {"until": until.isoformat()}
    _move(org, "trial_extend", State.TRIAL, now=now, data=data, trial_ends_at=until, retention_ends_at=None)


def write_facts(org: Organization, *, now: dt.datetime, **facts: Unpack[Facts]) -> None:
    """Writes facts of higher layers; the state follows.

    The caller is inside the company's scope and holds its row lock.
    """
    moved = _apply_facts(org, now=now, **facts)
    org.save(update_fields=[*facts, *FOLLOWING])
    audit.record_all(org, moved, actor=None, now=now)


def _apply_facts(org: Organization, *, now: dt.datetime, **facts: Unpack[Facts]) -> list[Entry]:
    """Sets the facts on the object, and the state that follows; returns the events of the moves.

    What passed before `now` is settled with the old facts first, so that the instant at which writing stopped is the
    true one. What the new facts stop, stops now: until now people wrote, so a debt that is written down late takes no
    day of the 30.
    """
    moved = _follow(org, now=now)
    for column, value in facts.items():
        setattr(org, column, value)
    return moved + _follow(org, now=now, stops_at=now)


def reconcile_state(org: Organization, *, now: dt.datetime) -> bool:
    """Moves the stored state to the one that counts at `now`; returns whether it moved. The caller holds the lock."""
    moved = _follow(org, now=now)
    if moved:
        org.save(update_fields=FOLLOWING)
        audit.record_all(org, moved, actor=None, now=now)
    return bool(moved)


def _follow(org: Organization, *, now: dt.datetime, stops_at: dt.datetime | None = None) -> list[Entry]:
    """`follow` on the object alone; the event of the move, if there is one.

    `stops_at` is given by who knows better than the deadlines when writing stops. No clock moves a state back to the
    trial: one that is behind the clock that ended it changes nothing.
    """
    to = state_at(org, now)
    if to in (org.state, State.TRIAL):
        return []
    stopped = (stops_at or stopped_at(org, now)) if to == State.READ_ONLY else None
    since = stopped or (org.trial_ends_at if org.state == State.TRIAL else now)
    clock = stopped + RETENTION if stopped else None
    data = {"as_of": since.isoformat() if since else ""}
    return [move(org, FOLLOWED_BY[State(org.state)], to, data=data, retention_ends_at=clock)]


def claim_deletion(org: Organization, *, now: dt.datetime) -> None:
    """The point of no return. The caller (`data_deletion`) holds the lock and has checked every brake.

    A trial that an operator has extended ends here: after a deletion there is no second one.
    """
    _move(org, "deletion_claim", State.DELETING, now=now, trial_ends_at=min(org.trial_ends_at or now, now))


def close(org: Organization, *, now: dt.datetime) -> bool:
    """The company is being closed, so its data goes without the 30 days; False when there is none to delete.

    The caller (`orgs/lifecycle/closing.py`) holds the lock and has checked every brake.
    """
    reconcile_state(org, now=now)
    if (State(org.state), "company_close", State.DELETING) not in MOVES:
        return False
    _move(org, "company_close", State.DELETING, now=now, trial_ends_at=min(org.trial_ends_at or now, now))
    return True


def finish_deletion(org: Organization, *, now: dt.datetime) -> None:
    """Nothing is left: the caller has verified it."""
    _move(
        org,
        "deletion_finish",
        State.DELETED,
        now=now,
        deleted_at=now,
        deactivated_at=None,
        retention_ends_at=None,
    )


def _move(
    org: Organization,
    event: str,
    to: State,
    *,
    now: dt.datetime,
    actor: Membership | None = None,
    data: dict[str, Any] | None = None,
    **instants: object,
) -> None:
    """Moves the state and writes it down. The caller holds the company's row lock. Raises Refused."""
    moved = move(org, event, to, data=data or {}, **instants)
    org.save(update_fields=["state", *instants])
    audit.record_all(org, [moved], actor=actor, now=now)
