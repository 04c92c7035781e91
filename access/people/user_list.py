"""`All users`: the people of a company for its administrators, in tabs, searched, filtered, sorted, paged by key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import BooleanField, DateTimeField, Exists, ExpressionWrapper, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.grants import access_column
from access.grants.models import Draft, Grant
from access.members import capacity
from access.members.capacity import Capacity
from access.pages import page_counts
from access.pages.page_counts import Counts
from orgs.lists.numbers import Numbers
from orgs.lists.paging import Page, paginate
from orgs.people import group_members, select_options
from orgs.people.address_book import matching, team_names
from orgs.people.select_options import Choices
from orgs.tenancy.membership_models import Level, Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

LENGTH = 200  # characters of one value that count
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # stands for "was never here", so that the list can be paged
TABS: Mapping[str, str | Promise] = {
    "all": _("All"),
    "full": _("Full access"),
    "readers": _("Read only"),
    "admins": _("Admins"),
    "blocked": _("Blocked"),
    "former": _("Former"),
}
OWN = "member"
OWN_SETTING = _("Personal setting")
LEVELS = {"full": Level.FULL, "readers": Level.READ_ONLY}
SORTS: Mapping[str, tuple[str, ...]] = {
    "name": ("sort_name", "id"),
    "-name": ("-sort_name", "-id"),
    "active": ("seen_at", "id"),
    "-active": ("-seen_at", "-id"),
    "access": ("level", "sort_name", "id"),
    "-access": ("-level", "-sort_name", "-id"),
}
ACTIVE: Mapping[str, str | Promise] = {
    "7": _("In the last 7 days"),
    "30": _("In the last 30 days"),
    "idle": _("Not for 30 days"),
    "never": _("Never"),
}


@dataclass(frozen=True)
class Filters:
    """What the URL asks for, cleaned; ids are public. It names people, so that an act on all of them can ask again."""

    tab: str = "all"
    q: str = ""
    department: str = ""
    team: str = ""
    active: str = ""
    by: str = ""  # what gives full access: `member`, or the public id of a team or department

    @classmethod
    def read(cls, params: QueryDict) -> Filters:
        given = {field.name: params.get(field.name, "").replace("\x00", "").strip()[:LENGTH] for field in fields(cls)}
        given["tab"] = given["tab"] if given["tab"] in TABS else "all"
        given["active"] = given["active"] if given["active"] in ACTIVE else ""
        return cls(**given)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.department or self.team or self.active or self.by)

    @property
    def values(self) -> dict[str, str]:
        """The parameters that are set."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class UserList:
    """One page of people (each with `team_names` and `cell`), how many match, the numbers of all tabs, the
    filters and the company's departments and teams to choose from.
    """

    page: Page
    found: int
    counts: Counts
    filters: Filters
    sort: str
    is_first: bool
    room: Capacity
    choices: Choices


def user_page(request: CompanyRequest, staged: Draft | None = None) -> UserList:
    """The page that the request's parameters ask for, with what is staged."""
    org, filters, sort = request.org, Filters.read(request.GET), sort_of(request.GET)
    people = search(org, filters, now=request.now)
    counts = page_counts.counts(request, staged=staged, asked=NUMBERS)
    found = people.count() if filters.narrows else counts.numbers[filters.tab]
    is_idle = ExpressionWrapper(page_counts.is_idle(request.now), output_field=BooleanField())
    page = paginate(described(org, people).annotate(is_idle=is_idle), request, keys=SORTS[sort])
    access_column.fill_people(org, page.rows, staged)
    is_first = not {"after", "before"} & request.GET.keys()
    room = capacity.load(org, counts.numbers["accounts"])
    return UserList(page, found, counts, filters, sort, is_first, room, select_options.load(org))


def sort_of(params: QueryDict) -> str:
    """How the list is sorted; by name unless something else is asked for."""
    asked = params.get("sort", "")
    return asked if asked in SORTS else "name"


def described(org: Organization, people: MembershipQuerySet) -> MembershipQuerySet:
    """Each with account, department, `team_names`, `given` (a grant of their own), and what SORTS needs."""
    seen_at = Coalesce("last_active_at", Value(NEVER, output_field=DateTimeField()))
    rows = people.select_related("user", "department").annotate(seen_at=seen_at)
    return rows.annotate(given=access_column.given("member"), team_names=team_names(org))


def search(org: Organization, filters: Filters, *, now: dt.datetime) -> MembershipQuerySet:
    """The people that match, with `sort_name`. A department is meant with all below it, a team with all inside it."""
    people: MembershipQuerySet = matching(_tab(org, filters.tab), filters.q)
    if filters.department:
        people = people.filter(department__in=group_members.below(org, filters.department))
    if filters.team:
        people = people.filter(pk__in=group_members.people_inside(org, filters.team))
    if filters.by:
        people = people.filter(_set_by(org, filters.by))
    return _active(people, filters.active, now)


def _set_by(org: Organization, source: str) -> Q:
    """To whom a source gives Full access: their own grant (`member`), or a team or department with this public id."""
    if source == OWN:
        return Q(access_column.given("member"))
    full = Grant.objects.filter(org=org, level=Level.FULL)
    by_team = Q(Exists(full.filter(team__public_id=source)), pk__in=group_members.people_inside(org, source))
    by_department = Q(
        Exists(full.filter(department__public_id=source)), department__in=group_members.below(org, source)
    )
    return by_team | by_department


def _tab(org: Any, name: str) -> MembershipQuerySet:
    rows: MembershipQuerySet = Membership.objects.filter(org=org)
    if name == "former":
        return rows.former()
    if name == "blocked":
        return rows.blocked()
    if name in LEVELS:
        return rows.current().filter(level=LEVELS[name])
    return rows.administrators() if name == "admins" else rows.present()


NUMBERS = Numbers(lambda org, now: page_counts.rows(org, now) | {name: _tab(org, name) for name in TABS})


def _active(people: MembershipQuerySet, active: str, now: dt.datetime) -> MembershipQuerySet:
    if active == "never":
        return people.filter(last_active_at=None)
    if active == "idle":
        return people.filter(page_counts.is_unseen(now))
    return people.filter(last_active_at__gte=now - dt.timedelta(days=int(active))) if active else people
