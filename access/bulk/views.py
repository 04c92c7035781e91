"""Acts on many people. The page says how many it would be; the act asks again who is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.bulk import bulk, bulk_cost_preview
from access.changes import save_bar, staged_changes
from access.pages import frame_page
from access.pages.confirmation_views import Act, ask, posted
from access.pages.forms import BlockForm, Confirm, DepartmentForm, TeamForm
from access.people.selection import Selection
from access.people.views import above
from orgs.tenancy.membership_models import Level, Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads

PREFIX = "to"  # the list's filters have fields of the same names


def selected(request: CompanyRequest) -> tuple[Selection, MembershipQuerySet]:
    """Who is meant: from the list's form at first, then from the confirming page."""
    selection = Selection.read(request.POST if request.method == "POST" else request.GET)
    return selection, selection.people(request.org, now=request.now)


def about(org: str, title: str, button: str, said: Callable[[int], str]) -> Act:
    page, label = above(org)
    return Act(title, button, page, "users", (page, label), said)


def ask_about(request: CompanyRequest, act: Act, number: int, form: Form, do: Callable[..., int]) -> HttpResponse:
    """Asks, unless nobody would be reached."""
    if not number:
        context = {"act": act} | frame_page.frame(request, "users")
        return render(request, "access/bulk/nobody.html", context, status=400)
    return ask(request, act, form, partial(do, org=request.org))


@administrator_reads.post
def bulk_cost(request: CompanyRequest, org: str) -> HttpResponse:
    """What Full access for those selected would add, as the bar for many says it; a script asks."""
    addition = bulk_cost_preview.preview(request.org, selected(request)[1], save_bar.staged(request), now=request.now)
    return render(request, "access/bulk/_bulk_cost.html", {"addition": addition})


@administrator_acts.get_and_post
def bulk_level(request: CompanyRequest, org: str) -> HttpResponse:
    """`Full access` or `Read only` for many: it is staged, so that the list shows what it costs before it is saved."""
    selection, people = selected(request)
    asked = request.POST if request.method == "POST" else request.GET
    level = Level.FULL if asked.get("level") == Level.FULL else Level.READ_ONLY
    levels = bulk.levels(people, level.value)
    number = len(levels)
    names = {"number": number, "level": level.label}
    title = ngettext("%(level)s for %(number)s person", "%(level)s for %(number)s people", number) % names
    act = about(org, title, _("Choose %(level)s") % names, staged).explained(
        _("Nothing is saved yet. The list shows the new monthly total first.")
    )
    act = act.meaning([*selection.fields, ("level", level.value)], people.count() - number)

    def stage(*, org: Organization, actor: Membership, now: dt.datetime) -> int:
        return staged_changes.stage(org=org, levels=levels, author=actor, now=now).left_out

    return ask_about(request, act, number, Confirm(posted(request)), stage)


def staged(left_out: int) -> str:
    if not left_out:
        return _("Staged, not saved.")
    text = ngettext(
        "Staged, not saved. %(number)s person is left out: a team or a department decides.",
        "Staged, not saved. %(number)s people are left out: a team or a department decides.",
        left_out,
    )
    return text % {"number": left_out}


@administrator_acts.get_and_post
def bulk_block(request: CompanyRequest, org: str) -> HttpResponse:
    """`Block` for many."""
    selection, people = selected(request)
    number = bulk.who_can_be_blocked(people, request.membership).count()
    title = ngettext("Block %(number)s person?", "Block %(number)s people?", number) % {"number": number}
    button = ngettext("Block %(number)s person", "Block %(number)s people", number) % {"number": number}
    act = about(org, title, button, blocked).warning(
        _("They lose access to this company at once, hold no seat and do not count in the limit.")
    )
    act = act.meaning(selection.fields, people.count() - number)
    return ask_about(
        request, act, number, BlockForm(posted(request), prefix=PREFIX), partial(bulk.block, people=people)
    )


def blocked(number: int) -> str:
    return ngettext("%(number)s person is blocked.", "%(number)s people are blocked.", number) % {"number": number}


@administrator_acts.get_and_post
def bulk_remove(request: CompanyRequest, org: str) -> HttpResponse:
    """`Remove` for many."""
    selection, people = selected(request)
    number = bulk.who_can_be_removed(people, request.membership).count()
    title = ngettext("Remove %(number)s person?", "Remove %(number)s people?", number) % {"number": number}
    button = ngettext("Remove %(number)s person", "Remove %(number)s people", number) % {"number": number}
    act = about(org, title, button, removed).warning(
        _("They leave this company and all its teams at once, keep their logins, and appear as former members.")
    )
    act = act.meaning(selection.fields, people.count() - number)
    return ask_about(request, act, number, Confirm(posted(request)), partial(bulk.remove, people=people))


def removed(number: int) -> str:
    return ngettext("%(number)s person is removed.", "%(number)s people are removed.", number) % {"number": number}


@administrator_acts.get_and_post
def bulk_department(request: CompanyRequest, org: str) -> HttpResponse:
    """`Move to department` for many."""
    selection, people = selected(request)
    number = bulk.who_can_be_moved(people).count()
    title = ngettext("Move %(number)s person to a department", "Move %(number)s people to a department", number)
    act = about(org, title % {"number": number}, _("Move"), moved)
    form = DepartmentForm(posted(request), org=request.org, prefix=PREFIX)
    act = act.meaning(selection.fields, people.count() - number)
    return ask_about(request, act, number, form, partial(bulk.move, people=people))


def moved(number: int) -> str:
    return ngettext("%(number)s person is moved.", "%(number)s people are moved.", number) % {"number": number}


@administrator_acts.get_and_post
def bulk_team(request: CompanyRequest, org: str) -> HttpResponse:
    """`Add to team` for many."""
    selection, people = selected(request)
    number = bulk.who_can_be_moved(people).count()
    title = ngettext("Add %(number)s person to a team", "Add %(number)s people to a team", number)
    act = about(org, title % {"number": number}, _("Add to team"), added)
    form = TeamForm(posted(request), org=request.org, prefix=PREFIX)
    act = act.meaning(selection.fields, people.count() - number)
    return ask_about(request, act, number, form, partial(bulk.add_to_team, people=people))


def added(number: int) -> str:
    text = ngettext("%(number)s person is new in the team.", "%(number)s people are new in the team.", number)
    return text % {"number": number}
