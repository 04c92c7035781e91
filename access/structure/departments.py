"""Departments: a tree whose root is the company. A person is in exactly one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.grants.models import Grant
from access.members.members import require_department
from access.seats import seats
from orgs.audit import audit
from orgs.people import department_tree, group_members, group_names
from orgs.people.models import Department, TeamDepartment
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

LIMIT = 500  # departments of a company; the tree is shown whole
DEPTH = 20  # levels below the company


@transaction.atomic
def create(*, parent: Department, name: str, actor: Membership, now: dt.datetime) -> Department:
    """A department inside another one. Raises Refused."""
    with changing(parent, actor=actor, now=now) as rows:
        org, parent = rows
        if Department.objects.filter(org=org).count() >= LIMIT:
            raise Refused(_("A company can have 500 departments."))
        made = Department(org=org)
        _write(made, name=name, parent=parent)
        audit.record(org, "department.create", actor=actor, now=now, target=made.public_id)
    return made


@transaction.atomic
def rename(*, department: Department, name: str, actor: Membership, now: dt.datetime) -> Department:
    """Raises Refused, also for the root: it is named after the company."""
    with changing(department, actor=actor, now=now) as rows:
        org, department = rows
        parent = _require_parent(department)
        _write(department, name=name, parent=parent)
        audit.record(org, "department.rename", actor=actor, now=now, target=department.public_id)
    return department


@transaction.atomic
def move(*, department: Department, parent: Department, actor: Membership, now: dt.datetime) -> Department:
    """Hangs a department, with all below it, elsewhere in the tree. Raises Refused when that would be a circle."""
    with changing(department, actor=actor, now=now) as rows:
        org, department = rows
        before, parent = _require_parent(department), require_department(org, parent)
        if Department.objects.filter(pk=parent.pk, pk__in=group_members.below(org, department.public_id)).exists():
            raise Refused(_("A department cannot be moved into itself or below itself."), field="parent")
        _write(department, name=department.name, parent=parent)
        data = {"from": before.public_id, "to": parent.public_id}
        audit.record(org, "department.move", actor=actor, now=now, target=department.public_id, data=data)
    return department


@transaction.atomic
def delete(*, department: Department, into: Department, actor: Membership, now: dt.datetime) -> int:
    """Deletes a department; its people go to `into`, the departments below it one step up. How many people moved.

    Raises Refused. Former members move along and are not counted.
    """
    with changing(department, actor=actor, now=now) as rows:
        org, department = rows
        parent, into = _require_parent(department), require_department(org, into)
        if into.pk == department.pk:
            raise Refused(_("Choose another department for its people."), field="into")
        for child in Department.objects.filter(org=org, parent=department):
            _write(child, name=child.name, parent=parent)
        people = Membership.objects.filter(org=org, department=department)
        moved = list(people.present().values_list("public_id", flat=True))
        people.update(department=into)
        TeamDepartment.objects.filter(org=org, department=department).delete()
        Grant.objects.filter(org=org, department=department).delete()
        data = {"from": department.public_id, "to": into.public_id}
        audit.record_each(org, "member.move", actor=actor, now=now, targets=moved, data=data)
        audit.record(org, "department.delete", actor=actor, now=now, target=department.public_id, data=data)
        department.delete()
    return len(moved)


@contextmanager
def changing(
    department: Department, *, actor: Membership, now: dt.datetime
) -> Iterator[tuple[Organization, Department]]:
    """The company's row, locked, and the department as it is now, for an administrator; seats follow at the end."""
    with administering(department.org_id, actor) as org:
        yield org, require_department(org, department)
        seats.recalculate(org, now=now, actor=actor)


def _require_parent(department: Department) -> Department:
    parent: Department | None = department.parent
    if parent is None:
        raise Refused(_("This department is the company itself; it stays and has its name."))
    return parent


def _write(department: Department, *, name: str, parent: Department) -> None:
    """Saves name and place. Raises Refused when a sister has the name."""
    department.name = group_names.clean(name)
    if department.parent_id != parent.pk or department.pk is None:
        _require_depth(department, parent)
    department.parent = parent
    sisters = Department.objects.filter(org=department.org_id, parent=parent, name__iexact=department.name)
    if sisters.exclude(pk=department.pk).exists():
        text = str(_("%(parent)s has a department %(name)s already.")) % {"parent": parent, "name": department.name}
        raise Refused(text, field="name")
    department.save()


def _require_depth(department: Department, parent: Department) -> None:
    """Raises Refused when the department, or one below it, would come to stand deeper than `DEPTH` levels."""
    root = department_tree.tree_of(Department.objects.filter(org=parent.org_id))
    nodes = {node.department.pk: node for node in root.walk()}
    moved = nodes.get(department.pk)
    height = max(node.depth for node in moved.walk()) - moved.depth if moved else 0
    if nodes[parent.pk].depth + 1 + height > DEPTH:
        raise Refused(_("Departments can be 20 levels deep."), field="parent")
