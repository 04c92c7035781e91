"""Events of the audit trail in words. Names are looked up when shown, for all rows at once: the trail holds ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.activity import event_texts
from billing.money.formatting import format_money
from orgs.audit.models import AuditEvent
from orgs.domains.models import Domain
from orgs.people.joining_models import Invitation
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, State

GONE = gettext_lazy("(deleted)")
NAMING = frozenset({"from", "to", "team", "lead"})  # keys of data that name a thing by its public id, or a word
AMOUNTS = frozenset({"total_from", "total_to", "amount"})  # in minor units of the event's currency
COSTED = frozenset({"access.gain", "access.lose"})  # events that hold what their act came to
OWN = "person"  # what decides is the level of the person alone
WORDS: dict[str, str | Promise] = dict([*Role.choices, *Level.choices, *State.choices])
WORDS |= {"True": gettext_lazy("yes"), "False": gettext_lazy("no"), "": "—"}


@dataclass(frozen=True)
class Event:
    """One line. `author` is empty when the system acted, `cost` (of the whole act) when the event holds none."""

    number: int
    at: dt.datetime
    kind: str
    icon: str
    author: str
    text: str
    cost: str


class _Data(dict[str, Any]):
    """What a sentence names; an old event may hold less than its sentence asks for."""

    def __missing__(self, key: str) -> str:
        return "—"


def describe(org: Organization, rows: Sequence[AuditEvent], *, this: str = "") -> list[Event]:
    """The events in words, with two statements for all; `this` is the public id of the person whose page it is.

    The rows come with `actor__user`.
    """
    names = _names(org, rows)
    if this:
        names[this] = _("this person")
    return [_event(row, names) for row in rows]


def _event(row: AuditEvent, names: dict[str, Any]) -> Event:
    phrase = event_texts.phrase_for(row.action)
    data = _Data({key: _word(key, value, names) for key, value in row.data.items()} | _amounts(row.data))
    data["target"] = names.get(row.target, GONE)
    author = row.actor.name if row.actor else _("Operator") if "operator" in row.data else ""
    text = event_texts.sentence(row.action, row.data) % data if phrase.kind else row.action
    return Event(row.number, row.at, phrase.kind, phrase.icon, author, text, _cost(row))


def _cost(row: AuditEvent) -> str:
    """Empty for an event of before this was kept."""
    if row.action not in COSTED or "total_to" not in row.data:
        return ""
    words = {"before": row.data["seats_from"], "after": row.data["seats_to"]} | _amounts(row.data)
    if row.data["total_from"] == row.data["total_to"]:
        return _("Seats: from %(before)s to %(after)s, monthly total: still %(total_to)s") % words
    return _("Seats: from %(before)s to %(after)s, monthly total: from %(total_from)s to %(total_to)s") % words


def _word(key: str, value: object, names: dict[str, Any]) -> object:
    """What an id or a word in the data is called."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    if key == "because":
        return _("the person’s own level") if text == OWN else names.get(_source(text), GONE)
    named = names.get(text) if key in NAMING else None
    gone = GONE if key in NAMING and isinstance(value, str) else text
    return named or WORDS.get(text) or gone


def _source(because: str) -> str:
    """The public id in `team:…` or `department:…`."""
    return because.partition(":")[2]


def _amounts(data: dict[str, Any]) -> dict[str, str]:
    currency = data.get("currency", "")
    return {key: format_money(data[key], currency) for key in AMOUNTS & data.keys() if currency}


def _names(org: Organization, rows: Iterable[AuditEvent]) -> dict[str, Any]:
    ids = {str(value) for row in rows for key, value in row.data.items() if key in NAMING}
    ids |= {row.target for row in rows} | {_source(row.data["because"]) for row in rows if "because" in row.data}
    people = Membership.objects.filter(org=org, public_id__in=ids).select_related("user")
    names: dict[str, Any] = {member.public_id: member.name for member in people}
    things = [
        model.objects.filter(org=org, public_id__in=ids).order_by().values_list("public_id", column)
        for model, column in ((Department, "name"), (Team, "name"), (Domain, "name"), (Invitation, "email"))
    ]
    return names | dict(things[0].union(*things[1:], all=True))
