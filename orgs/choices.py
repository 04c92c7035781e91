"""Departments and teams to choose from. A company has at most 500 of each, so they are read whole, by one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.db.models import F, IntegerField, Value

from orgs.models import Department, Organization, Team

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
    nowhere = Value(None, output_field=IntegerField())
    departments = Department.objects.filter(org=org).values_list("pk", F("parent_id"), "public_id", "name", Value(True))
    teams = Team.objects.filter(org=org).values_list("pk", nowhere, "public_id", "name", Value(False))
    below: dict[int | None, list[Any]] = defaultdict(list)
    found: list[Choice] = []
    for pk, parent, public_id, name, is_department in departments.union(teams, all=True):
        if is_department:
            below[parent].append((pk, public_id, name))
        else:
            found.append((public_id, name))
    return Choices(list(_walk(None, 0, below)), sorted(found, key=lambda choice: choice[1].casefold()))


def _walk(parent: int | None, depth: int, below: dict[int | None, list[Any]]) -> Iterator[Choice]:
    for pk, public_id, name in sorted(below[parent], key=lambda row: row[2].casefold()):
        yield public_id, INDENT * depth + name
        yield from _walk(pk, depth + 1, below)
