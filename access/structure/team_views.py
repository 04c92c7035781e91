"""Teams: the list, one team, and the acts on it as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.grants import access_column
from access.pages import frame_page
from access.pages.confirmation_views import Act, act_on, ask, posted
from access.pages.forms import Confirm, NameForm
from access.structure import teams
from orgs.lists.paging import paginate
from orgs.people import group_members
from orgs.people.address_book import matching
from orgs.people.models import Team, TeamDepartment, TeamMember, TeamTeam
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


def team_or_404(request: CompanyRequest, public_id: str) -> Team:
    """The company's team with this id. Raises Http404."""
    found: Team = get_object_or_404(Team.objects.filter(org=request.org), public_id=public_id)
    return found


def page_of(team: Team, org: str) -> str:
    return reverse("access:team", kwargs={"org": org, "team": team.public_id})


def above(org: str) -> tuple[str, str | Promise]:
    return reverse("access:team_list", kwargs={"org": org}), gettext_lazy("Teams")


def about(team: Team, org: str, title: str, button: str, said: str, **names: str) -> Act:
    """An act on a team."""
    return act_on(team, page_of(team, org), "teams", title=title, button=button, said=said, **names)


@administrator_reads.get
def team_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`Teams`, by name."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = (
        Team.objects.filter(org=request.org)
        .select_related("lead__user")
        .annotate(sort_name=Lower("name"), given=access_column.given("team"))
    )
    page = paginate(rows.filter(name__icontains=query), request, keys=("sort_name", "id"))
    sizes = group_members.sizes(request.org, page.rows)
    for team in page.rows:
        team.size = sizes[team.pk]
    context = {"page": page, "query": query} | frame_page.frame_of_groups(request, "team", page.rows)
    return render(request, "access/structure/team_list.html", context)


@administrator_reads.get
def team(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """One team: its people, the teams and departments inside it, the teams it is inside of."""
    found = team_or_404(request, team)
    context = {
        "team": found,
        "size": group_members.sizes(request.org, [found])[found.pk].people,
        "page": paginate(people_of(found), request, keys=("sort_name", "id")),
        "departments": TeamDepartment.objects.filter(org=request.org, team=found).select_related("department"),
        "inner": TeamTeam.objects.filter(org=request.org, team=found).select_related("inner"),
        "outer": TeamTeam.objects.filter(org=request.org, inner=found).select_related("team"),
    } | frame_page.frame(request, "teams")
    return render(request, "access/structure/team.html", context)


def people_of(team: Team) -> Any:
    """The people who are in the team themselves, blocked ones too."""
    rows = TeamMember.objects.filter(org=team.org_id, team=team).values("member_id")
    return matching(Membership.objects.filter(org=team.org_id, pk__in=rows), "").select_related("user", "department")


@administrator_acts.get_and_post
def team_create(request: CompanyRequest, org: str) -> HttpResponse:
    """`New team`; leads to the list."""
    page, label = above(org)
    said = _("The team is created. Open it to add people.")
    act = Act(_("New team"), _("Create team"), page, "teams", (page, label), said)
    return ask(request, act, NameForm(posted(request)), partial(teams.create, org=request.org))


@administrator_acts.get_and_post
def team_rename(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """`Rename`."""
    found = team_or_404(request, team)
    act = about(found, org, _("Rename %(name)s"), _("Save"), _("The team has a new name."))
    form = NameForm(posted(request), initial={"name": found.name})
    return ask(request, act, form, partial(teams.rename, team=found))


@administrator_acts.get_and_post
def team_delete(request: CompanyRequest, org: str, team: str) -> HttpResponse:
    """`Delete`: people and everything else in it stay in the company."""
    found = team_or_404(request, team)
    said = _("%(name)s is deleted.") % {"name": found.name}
    act = about(found, org, _("Delete %(name)s?"), _("Delete team"), "").ending(above(org)[0], said)
    act = act.warning(_("Its people, and the teams and departments inside it, stay in the company."))
    return ask(request, act, Confirm(posted(request)), partial(teams.delete, team=found))
