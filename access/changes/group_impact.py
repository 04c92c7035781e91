"""What each staged team and department does: the seats that come or go through it, and whom it reaches."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.changes.change_preview import ChangePreview
from access.grants.effective_access import Source
from access.grants.grantees import Grantee
from billing.money.formatting import MINUS
from orgs.tenancy.membership_models import Level


def marks(plan: ChangePreview) -> dict[str, str]:
    """`+2 seats` for each staged team and department, by the code of its target.

    Whoever gains or loses through two of them counts at both, so they may come to more than the plan.
    """
    number: Counter[Source] = Counter()
    for person in plan.people:
        if person.is_full and not person.held_seat:
            number.update(person.sources)
        elif person.held_seat and not person.is_full:
            number.subtract(person.lost)
    return {
        line.target.code: _seats(number[line.target.kind, line.target.pk])
        for line in plan.lines
        if line.target.is_group
    }


def _seats(number: int) -> str:
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    text = ngettext("%(sign)s%(number)s seat", "%(sign)s%(number)s seats", abs(number))
    return text % {"sign": sign, "number": abs(number)}


def sentence(plan: ChangePreview) -> str:
    """How many people a team or department has and how many of them have Full access already.

    Empty unless exactly one is staged to it: of several the bar's numbers say more.
    """
    given = [line.target for line in plan.lines if line.target.is_group and line.level == Level.FULL]
    if len(given) != 1:
        return ""
    source = given[0].kind, given[0].pk
    inside = [person for person in plan.people if person.counts and source in person.sources]
    return f"{_people(given[0], len(inside))}, {_already(sum(person.held_seat for person in inside))}"


def _people(target: Grantee, number: int) -> str:
    if target.kind == "team":
        text = ngettext("%(number)s member of %(name)s", "%(number)s members of %(name)s", number)
    else:
        text = ngettext("%(number)s person of %(name)s", "%(number)s people of %(name)s", number)
    return text % {"number": number, "name": target.name}


def _already(number: int) -> str:
    if not number:
        return _("none of them has Full access")
    text = ngettext("%(number)s already has Full access", "%(number)s already have Full access", number)
    return text % {"number": number}
