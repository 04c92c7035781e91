"""Departments and teams to choose from. A company has at most 500 of each, so they are read whole."""

from __future__ import annotations

from dataclasses import dataclass

from orgs.people import department_tree
from orgs.people.department_tree import Node
from orgs.people.models import Department, Team
from orgs.tenancy.organization_models import Organization

INDENT = "\u2003"  # a select has nothing else to show the depth with
Choice = tuple[str, str]  # public id, name


@dataclass(frozen=True)
class Choices:
    """Departments in the order of the tree; teams by name."""

    tree: list[Node]
    teams: list[Choice]

    @property
    def departments(self) -> list[Choice]:
        """The tree as a select shows it, indented."""
        return [(node.department.public_id, INDENT * node.depth + node.department.name) for node in self.tree]

    def department(self, public_id: str) -> str:
        """Its name; empty when there is none such."""
        return {node.department.public_id: node.department.name for node in self.tree}.get(public_id, "")

    def team(self, public_id: str) -> str:
        return dict(self.teams).get(public_id, "")


def load(org: Organization) -> Choices:
    """Two statements."""
    tree = department_tree.tree_of(Department.objects.filter(org=org)).walk()
    teams = sorted(Team.objects.filter(org=org), key=lambda team: team.name.casefold())
    return Choices(list(tree), [(team.public_id, team.name) for team in teams])
