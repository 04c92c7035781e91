"""The tree of departments, read whole: there are at most `departments.LIMIT`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count

from access.grants import access_column
from orgs.people.models import Department
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


@dataclass
class Node:
    """A department in its place. `own`: people directly in it; `people`: with everybody below."""

    department: Department
    depth: int
    own: int
    people: int
    children: list[Node] = field(default_factory=list)


def load(org: Organization) -> Node:
    """The root with everything below it and the numbers of people, neither blocked nor former: two statements."""
    below: dict[int | None, list[Department]] = defaultdict(list)
    for department in Department.objects.filter(org=org).annotate(given=access_column.given("department")):
        below[department.parent_id].append(department)
    rows = Membership.objects.current().filter(org=org).order_by().values_list("department_id")
    return _node(below[None][0], 0, below, dict(rows.annotate(Count("pk"))))


def _node(
    department: Department, depth: int, below: dict[int | None, list[Department]], people: dict[int, int]
) -> Node:
    inner = sorted(below[department.pk], key=lambda child: child.name.casefold())
    children = [_node(child, depth + 1, below, people) for child in inner]
    own = people.get(department.pk, 0)
    return Node(department, depth, own, own + sum(child.people for child in children), children)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the page."""
    yield node
    for child in node.children:
        yield from walk(child)


def path(department: Department) -> list[Department]:
    """The departments above one, the company first; itself not included."""
    found: list[Department] = []
    above = department.parent
    while above is not None:
        found.insert(0, above)
        above = above.parent
    return found
