"""Departments and teams to choose from. A company has at most 500 of each, so they are read whole, by one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from orgs.people.models import Department, Team
from orgs.tenancy.organization_models import Organization

INDENT = "\u2003"  # a select has nothing else to show the depth with
Choice = tuple[str, str]  # public id, name


@dataclass(frozen=True)
class Choices:
    """Departments in the order of the tree, indented; teams by name."""

    departments: list[Choice]
    teams: list[Choice]

    def department(self, public_id: str) -> str:
        """Its name; empty when there is none such."""
        return dict(self.departments).get(public_id, "").strip()

    def below(self, public_id: str) -> list[str]:
        """The ids of a department and of all below it; none when there is none such."""
        depths = [(found, len(name) - len(name.lstrip(INDENT))) for found, name in self.departments]
        start = next((place for place, (found, _) in enumerate(depths) if found == public_id), len(depths))
        inner = takewhile(lambda row: row[1] > depths[start][1], depths[start + 1 :])
        return [found for found, _ in [*depths[start : start + 1], *inner]]

    def team(self, public_id: str) -> str:
        return dict(self.teams).get(public_id, "")


def load(org: Organization) -> Choices:
    return build(Organization.objects.filter(pk=org.pk).values(**columns()).get())


def columns() -> dict[str, Combinable]:
    """What a query of the company asks for so that `build` can make the choices from its answer."""
    mine = {model: model.objects.filter(org=OuterRef("pk")).order_by() for model in (Department, Team)}
    departments = mine[Department].values(row=JSONObject(pk="pk", parent="parent_id", id="public_id", name="name"))
    teams = mine[Team].values(row=JSONObject(id="public_id", name="name"))
    return {"department_rows": ArraySubquery(departments), "team_rows": ArraySubquery(teams)}


def build(rows: Mapping[str, Any]) -> Choices:
    below: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows["department_rows"], key=_by_name):
        below[row["parent"]].append(row)
    teams = [(row["id"], row["name"]) for row in sorted(rows["team_rows"], key=_by_name)]
    return Choices(list(_walk(None, 0, below)), teams)


def _by_name(row: dict[str, Any]) -> str:
    name: str = row["name"]
    return name.casefold()


def _walk(parent: int | None, depth: int, below: Mapping[int | None, list[dict[str, Any]]]) -> Iterator[Choice]:
    for row in below.get(parent, ()):
        yield row["id"], INDENT * depth + row["name"]
        yield from _walk(row["pk"], depth + 1, below)
