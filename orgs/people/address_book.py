"""The address book: the people of a company with departments and teams, searched and paged by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower

from orgs.lists.paging import Page, paginate
from orgs.people import group_members
from orgs.people import select_options as choices
from orgs.people.models import TeamMember
from orgs.people.select_options import Choices
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

WORDS = 5  # of a search; more make no sense and cost a condition each
ASKED = 3  # administrators who are named where one may ask


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; ids are public."""

    query: str = ""
    department: str = ""
    team: str = ""

    @property
    def any(self) -> bool:
        return bool(self.query or self.department or self.team)


@dataclass(frozen=True)
class AddressBook:
    """One page of people (each with `team_names`), how many match, and what the filters may choose from."""

    page: Page
    count: int
    filters: Filters
    choices: Choices


def address_page(request: CompanyRequest) -> AddressBook:
    """The page that the request's `q`, `department`, `team` and cursor ask for."""
    asked = (request.GET.get(name, "").replace("\x00", "").strip() for name in ("q", "department", "team"))
    org, filters = request.org, Filters(*asked)
    members = _narrow(search(org, filters.query), org, filters)
    page = paginate(members.annotate(team_names=team_names(org)), request, keys=("sort_name", "id"))
    return AddressBook(page, members.count(), filters, choices.load(org))


def search(org: Organization, query: str) -> Any:
    """Current members that match, with `sort_name`; each word of the query must occur in the name or address."""
    return matching(Membership.objects.current().filter(org=org), query).select_related("user", "department")


def _narrow(members: Any, org: Organization, filters: Filters) -> Any:
    """Those in the chosen department, which is meant with all below it, and in the chosen team."""
    if filters.department:
        members = members.filter(department__in=group_members.below(org, filters.department))
    if filters.team:
        chosen = TeamMember.objects.filter(org=org, team__public_id=filters.team)
        members = members.filter(pk__in=chosen.values("member_id"))
    return members


def matching(members: Any, query: str) -> Any:
    """Those whose name or address holds every word of the query, with `sort_name`."""
    for word in query.split()[:WORDS]:
        matches = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
        members = members.filter(matches | Q(user__email__icontains=word))
    return members.annotate(sort_name=Lower(Concat("user__first_name", Value(" "), "user__last_name")))


def administrators(org: Organization) -> list[Membership]:
    """Whom to ask: the administrators who were here last, three at most."""
    members = Membership.objects.administrators().filter(org=org).select_related("user")
    return list(members.order_by(F("last_active_at").desc(nulls_last=True), "id")[:ASKED])


def team_names(org: Organization) -> ArraySubquery:
    """The names of a person's teams, for a query of members."""
    teams = TeamMember.objects.filter(org=org, member=OuterRef("pk")).order_by("team__name")
    return ArraySubquery(teams.values("team__name"))
