"""Departments and teams to choose from. A company has at most 500 of each, so they are read whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from orgs.people.models import Department, Team
from orgs.tenancy.organization_models import Organization

INDENT = "\u2003"  # a select has nothing else to show the depth with
Choice = tuple[str, str]  # public id, name


@dataclass(frozen=True)
class Node:
    """A department so many levels below the company, which is at 0."""

    public_id: str
    name: str
    depth: int


@dataclass(frozen=True)
class Choices:
    """Departments in the order of the tree; teams by name."""

    tree: list[Node]
    teams: list[Choice]

    @property
    def departments(self) -> list[Choice]:
        """The tree as a select shows it, indented."""
        return [(node.public_id, INDENT * node.depth + node.name) for node in self.tree]

    def department(self, public_id: str) -> str:
        """Its name; empty when there is none such."""
        return next((node.name for node in self.tree if node.public_id == public_id), "")

    def below(self, public_id: str) -> list[str]:
        """The ids of a department and of all below it; none when there is none such."""
        start = next((place for place, node in enumerate(self.tree) if node.public_id == public_id), len(self.tree))
        inner = takewhile(lambda node: node.depth > self.tree[start].depth, self.tree[start + 1 :])
        return [node.public_id for node in [*self.tree[start : start + 1], *inner]]

    def team(self, public_id: str) -> str:
        return dict(self.teams).get(public_id, "")


def load(org: Organization) -> Choices:
    """Two statements."""
    below: dict[int | None, list[Department]] = defaultdict(list)
    for department in sorted(Department.objects.filter(org=org), key=_by_name):
        below[department.parent_id].append(department)
    teams = sorted(Team.objects.filter(org=org), key=_by_name)
    return Choices(list(_walk(None, 0, below)), [(team.public_id, team.name) for team in teams])


def _by_name(row: Department | Team) -> str:
    name: str = row.name
    return name.casefold()


def _walk(parent: int | None, depth: int, below: Mapping[int | None, list[Department]]) -> Iterator[Node]:
    for row in below.get(parent, ()):
        yield Node(row.public_id, row.name, depth)
        yield from _walk(row.pk, depth + 1, below)
