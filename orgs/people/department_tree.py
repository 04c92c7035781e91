"""The tree of departments, read whole: a company has at most 500."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from orgs.people.models import Department


@dataclass
class Node:
    """A department in its place. `above`: the company first; `own`: people directly in it, where they were counted."""

    department: Department
    above: tuple[Department, ...] = ()
    children: list[Node] = field(default_factory=list)
    own: int = 0

    @property
    def depth(self) -> int:
        """How many levels below the company, which is at 0."""
        return len(self.above)

    @property
    def people(self) -> int:
        """With everybody below."""
        return sum(node.own for node in self.walk())

    def walk(self) -> Iterator[Node]:
        """Itself and all below, sisters by name."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(departments: Iterable[Department]) -> Node:
    """The root of a company's departments, with everything below it."""
    inner: dict[int | None, list[Department]] = defaultdict(list)
    for department in sorted(departments, key=lambda department: department.name.casefold()):
        inner[department.parent_id].append(department)
    return _node(inner[None][0], (), inner)


def _node(department: Department, above: tuple[Department, ...], inner: dict[int | None, list[Department]]) -> Node:
    children = [_node(child, (*above, department), inner) for child in inner[department.pk]]
    return Node(department, above, children)
