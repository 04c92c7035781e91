"""Departments: the tree, one department, and the acts on it."""

from __future__ import annotations

from functools import partial

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.grants import access_column
from access.pages import frame_page
from access.pages.confirmation_views import Act, act_on, ask, posted
from access.pages.forms import IntoForm, NameForm, NewDepartmentForm, ParentForm
from access.structure import departments
from orgs.people import department_tree
from orgs.people.department_tree import Node
from orgs.people.models import Department
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


def department_or_404(request: CompanyRequest, public_id: str) -> Department:
    """The company's department with this id. Raises Http404."""
    rows = Department.objects.filter(org=request.org).select_related("parent")
    found: Department = get_object_or_404(rows, public_id=public_id)
    return found


def page_of(department: Department, org: str) -> str:
    return reverse("access:department", kwargs={"org": org, "department": department.public_id})


def above(org: str) -> tuple[str, str | Promise]:
    return reverse("access:department_list", kwargs={"org": org}), gettext_lazy("Departments")


def about(department: Department, org: str, title: str, button: str, said: str) -> Act:
    """An act on a department."""
    return act_on(department, page_of(department, org), "departments", title=title, button=button, said=said)


def counted_tree(org: Organization) -> Node:
    """All departments, `given` and with the numbers of their people, neither blocked nor former: two statements."""
    rows = Department.objects.filter(org=org)
    root = department_tree.tree_of(rows.annotate(given=access_column.given("department")))
    people = Membership.objects.current().filter(org=org).order_by().values_list("department_id")
    own: dict[int, int] = dict(people.annotate(Count("pk")))
    for node in root.walk():
        node.own = own.get(node.department.pk, 0)
    return root


@administrator_reads.get
def department_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`Departments`: the whole tree."""
    root = counted_tree(request.org)
    rows = [node.department for node in root.walk()]
    context = {"root": root} | frame_page.frame_of_groups(request, "department", rows)
    return render(request, "access/structure/department_list.html", context)


@administrator_reads.get
def department(request: CompanyRequest, org: str, department: str) -> HttpResponse:
    """One department: where it is, what is below it, how many people it has."""
    found = department_or_404(request, department)
    node = next(node for node in counted_tree(request.org).walk() if node.department == found)
    context = {"node": node} | frame_page.frame(request, "departments")
    return render(request, "access/structure/department.html", context)


@administrator_acts.get_and_post
def department_create(request: CompanyRequest, org: str) -> HttpResponse:
    """`New department`; `?parent` is offered as its place."""
    page, label = above(org)
    said = _("The department is created.")
    act = Act(_("New department"), _("Create department"), page, "departments", (page, label), said)
    known, asked = Department.objects.filter(org=request.org), request.GET.get("parent", "").replace("\x00", "")
    place = known.filter(public_id=asked).first() or known.get(parent=None)
    form = NewDepartmentForm(posted(request), org=request.org, initial={"parent": place.public_id})
    return ask(request, act, form, departments.create)


@administrator_acts.get_and_post
def department_rename(request: CompanyRequest, org: str, department: str) -> HttpResponse:
    """`Rename`."""
    found = department_or_404(request, department)
    act = about(found, org, _("Rename %(name)s"), _("Save"), _("The department has a new name."))
    form = NameForm(posted(request), initial={"name": found.name})
    return ask(request, act, form, partial(departments.rename, department=found))


@administrator_acts.get_and_post
def department_move(request: CompanyRequest, org: str, department: str) -> HttpResponse:
    """`Move`: everything below goes along."""
    found = department_or_404(request, department)
    text = _("Its people and the departments below it go along.")
    act = about(found, org, _("Move %(name)s"), _("Move"), _("%(name)s is moved.")).explained(text)
    initial = {"parent": found.parent.public_id if found.parent else ""}
    form = ParentForm(posted(request), org=request.org, initial=initial)
    return ask(request, act, form, partial(departments.move, department=found))


@administrator_acts.get_and_post
def department_delete(request: CompanyRequest, org: str, department: str) -> HttpResponse:
    """`Delete`: its people move to another department."""
    found = department_or_404(request, department)
    act = (
        about(found, org, _("Delete %(name)s?"), _("Delete department"), "")
        .ending(above(org)[0], deleted)
        .warning(_("Its people move to the department you choose, the departments below it one step up."))
    )
    initial = {"into": found.parent.public_id if found.parent else ""}
    form = IntoForm(posted(request), org=request.org, without=found, initial=initial)
    return ask(request, act, form, partial(departments.delete, department=found))


def deleted(number: int) -> str:
    text = ngettext(
        "The department is deleted, %(number)s person moved.",
        "The department is deleted, %(number)s people moved.",
        number,
    )
    return text % {"number": number}
