"""What the bar of unsaved changes says of teams and departments."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.changes.group_impact import GroupReach
from access.grants.grantees import Grantee
from billing.money.formatting import MINUS


def seats(number: int) -> str:
    """`+2 seats`."""
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    text = ngettext("%(sign)s%(number)s seat", "%(sign)s%(number)s seats", abs(number))
    return text % {"sign": sign, "number": abs(number)}


def reach(group: GroupReach) -> str:
    """`3 members of Design, 1 already has Full access`."""
    return f"{_people(group.group, group.people)}, {_already(group.already)}"


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
