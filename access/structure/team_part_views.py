"""What a team holds: people, other teams, departments. Each comes in and goes out on its own address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.pages import frame_page
from access.pages.confirmation_views import actor_and_now, ask, posted
from access.pages.forms import Confirm, DepartmentForm, InnerForm, TeamForm
from access.people import views as people
from access.people.person_views import about as about_person
from access.people.selection import Selection
from access.structure import department_views as departments
from access.structure import teams
from access.structure.team_views import about, page_of, team_or_404
from orgs.lists.paging import paginate
from orgs.people.address_book import matching
from orgs.people.models import Team, TeamMember
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts


@administrator_acts.get_and_post
def team_people(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """`Add people`: searched by name or address, ticked, added."""
    found, error = team_or_404(request, team), ""
    if request.method == "POST":
        chosen = Selection.read(request.POST).people(request.org, now=request.now)
        try:
            number = teams.add_people(team=found, people=chosen, **actor_and_now(request))
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, added(number))
            return redirect(page_of(found, org))
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    there = TeamMember.objects.filter(org=request.org, team=found).values("member_id")
    rows = matching(Membership.objects.present().filter(org=request.org).exclude(pk__in=there), query)
    page = paginate(rows.select_related("user", "department"), request, keys=("sort_name", "id"))
    context = {"team": found, "page": page, "query": query, "error": error}
    context |= frame_page.frame(request, "teams")
    return render(request, "access/structure/team_people.html", context, status=400 if error else 200)


def added(number: int) -> str:
    return ngettext("%(number)s person is added.", "%(number)s people are added.", number) % {"number": number}


@administrator_acts.get_and_post
def team_person_remove(request: CompanyRequest, org: str, team: str, member: str) -> HttpResponse:
    """`Take out` of the team."""
    found, person = team_or_404(request, team), people.person_or_404(request, member)
    said = _("%(name)s has one person less.")
    return take_out(request, found, person.name, said, partial(teams.take_out, team=found, member=person))


def take_out(request: CompanyRequest, team: Team, part: str, said: str, do: Callable[..., None]) -> HttpResponse:
    """Asks whether a part, which has this name, goes out of the team."""
    act = about(team, request.org.slug, _("Take %(part)s out of %(name)s?"), _("Take out"), said, part=part)
    return ask(request, act, Confirm(posted(request)), do)


@administrator_acts.post
def team_lead(request: CompanyRequest, org: str, team: str, member: str) -> HttpResponse:
    """`Make lead`."""
    found, person = team_or_404(request, team), people.person_or_404(request, member)
    try:
        teams.set_lead(team=found, member=person, **actor_and_now(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s leads the team.") % {"name": person.name})
    return redirect(page_of(found, org))


@administrator_acts.get_and_post
def team_inner(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """`Add team`: a team with everybody in it."""
    found = team_or_404(request, team)
    act = about(found, org, _("Add a team to %(name)s"), _("Add team"), _("%(name)s holds one team more."))
    form = InnerForm(posted(request), org=request.org, without=found)
    return ask(request, act, form, partial(teams.add_team, team=found))


@administrator_acts.get_and_post
def team_inner_remove(request: CompanyRequest, org: str, team: str, inner: str) -> HttpResponse:
    found, part = team_or_404(request, team), team_or_404(request, inner)
    said = _("%(name)s holds one team less.")
    return take_out(request, found, part.name, said, partial(teams.take_out_team, team=found, inner=part))


@administrator_acts.get_and_post
def team_department(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """`Add department`: with everybody in it and below it."""
    found = team_or_404(request, team)
    said = _("%(name)s holds one department more.")
    act = about(found, org, _("Add a department to %(name)s"), _("Add department"), said)
    form = DepartmentForm(posted(request), org=request.org)
    return ask(request, act, form, partial(teams.add_department, team=found))


@administrator_acts.get_and_post
def team_department_remove(request: CompanyRequest, org: str, team: str, department: str) -> HttpResponse:
    found, part = team_or_404(request, team), departments.department_or_404(request, department)
    said, do = _("%(name)s holds one department less."), partial(teams.take_out_department, team=found, department=part)
    return take_out(request, found, part.name, said, do)


@administrator_acts.get_and_post
def user_team(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Add to team`."""
    found = people.person_or_404(request, member)
    act = about_person(found, org, _("Add %(name)s to a team"), _("Add to team"), _("%(name)s is in the team."))
    form = TeamForm(posted(request), org=request.org)
    return ask(request, act, form, partial(teams.add_people, people=[found]))
