"""`All users`, and the page of one person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from access.activity import history
from access.changes import save_bar
from access.grants import access_explanation
from access.members import accounts, passwords
from access.pages import frame_page, page_counts
from access.people import list_controls
from access.people import user_export as export
from access.people import user_list as directory
from access.people.forms import ExportForm
from orgs.audit import audit
from orgs.lists.parts import render_part
from orgs.people.models import TeamMember
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


def person_or_404(request: CompanyRequest, public_id: str) -> Membership:
    """The company's person with this id, blocked and former ones too. Raises Http404."""
    people = Membership.objects.filter(org=request.org).select_related("user", "department")
    found: Membership = get_object_or_404(people, public_id=public_id)
    return found


def page_of(member: Membership, org: str) -> str:
    return reverse("access:user", kwargs={"org": org, "member": member.public_id})


def above(org: str) -> tuple[str, str | Promise]:
    """The page above, for breadcrumbs."""
    return reverse("access:user_list", kwargs={"org": org}), _("All users")


@administrator_reads.get
def user_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`All users`."""
    draft = save_bar.staged(request)
    found = directory.user_page(request, draft)
    bar: Any = SimpleLazyObject(lambda: save_bar.bar_of_draft(request.org, draft, found.counts.month, now=request.now))
    context = {
        "directory": found,
        "tabs": list_controls.tabs(request.GET, found),
        "chips": list_controls.chips(request.GET, found, found.choices),
        "sorts": list_controls.sorts(request.GET, found),
        "export": ExportForm(),
    } | frame_page.around(request, "users", found.counts, bar)
    return render_part(request, "access/people/user_list.html", "access/people/_user_list.html", context)


@administrator_acts.get_and_post
def user_export(request: CompanyRequest, org: str) -> HttpResponse:
    """`Export`: whom the list shows, as CSV with the columns chosen. That they were taken out is an event itself."""
    is_sent = request.method == "POST"
    asked = request.POST if is_sent else request.GET
    filters, sort = directory.Filters.read(asked), directory.sort_of(asked)
    form = ExportForm(request.POST if is_sent else None)
    if not form.is_valid():
        context = {
            "form": form,
            "filters": filters,
            "sort": sort,
        } | frame_page.frame(request, "users")
        return render(request, "access/people/user_export.html", context, status=400 if form.errors else 200)
    people = directory.described(request.org, directory.search(request.org, filters, now=request.now))
    text = export.table(request.org, people.order_by(*directory.SORTS[sort]), form.cleaned_data["columns"])
    locked = Organization.objects.lock(request.org.pk)
    audit.record(locked, "people.export", actor=request.membership, now=request.now, data={"tab": filters.tab})
    name = content_disposition_header(True, f"users-{request.now:%Y-%m-%d}.csv")
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name or ""})


@administrator_reads.get
def user(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """One person: profile, role, department, teams, access and what would change it, history."""
    found, draft = person_or_404(request, member), save_bar.staged(request)
    counts = page_counts.counts(request, staged=draft)
    bar = save_bar.bar_of_draft(request.org, draft, counts.month, now=request.now)
    context = {
        "person": found,
        "teams": TeamMember.objects.filter(org=request.org, member=found).select_related("team").order_by("team__name"),
        "why": None if found.ended_at else access_explanation.explain(request.org, found, request.now),
        "history": history.person_history(request, found),
        "staged": draft.changes if draft else {},
        "is_managed": accounts.is_managed(request.org, found),
        "sets_password": passwords.settable_by(request.membership).filter(pk=found.pk).exists(),
        "is_self": found.pk == request.membership.pk,
    } | frame_page.around(request, "users", counts, bar)
    return render(request, "access/people/user.html", context)


@administrator_reads.get
def user_why(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Why?`: a page, or what htmx shows beside the row."""
    found = person_or_404(request, member)
    if found.ended_at:
        raise Http404
    context = {"person": found, "why": access_explanation.explain(request.org, found, request.now)}
    if not request.htmx:
        context |= frame_page.frame(request, "users")
    return render_part(request, "access/people/user_why.html", "access/people/_why_popover.html", context)
