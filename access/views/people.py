"""`All users`, and the page of one person."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access import accounts, bar, directory, frame, heading, history, why
from access.http import CompanyRequest
from orgs.models import Membership, TeamMember
from users.doors import administrator_reads


def find(request: CompanyRequest, public_id: str) -> Membership:
    """The company's person with this id, blocked and former ones too. Raises Http404."""
    people = Membership.objects.filter(org=request.org).select_related("user", "department")
    found: Membership = get_object_or_404(people, public_id=public_id)
    return found


def page_of(member: Membership, org: str) -> str:
    return reverse("access:user", kwargs={"org": org, "member": member.public_id})


def above(org: str) -> tuple[str, str | Promise]:
    """The page above, for breadcrumbs."""
    return reverse("access:user_list", kwargs={"org": org}), _("All users")


@administrator_reads
def user_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`All users`."""
    found = directory.build(request, bar.staged(request))
    options = found.choices
    context = {
        "directory": found,
        "counts": found.counts,
        "section": "users",
        "tabs": heading.tabs(request.GET, found),
        "chips": heading.chips(request.GET, found, options),
        "sorts": heading.sorts(request.GET, found),
    }
    return render(request, "access/user_list.html", context)


@administrator_reads
def user(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """One person: profile, role, department, teams, access and what would change it, history."""
    found, staged = find(request, member), bar.staged(request)
    context = {
        "person": found,
        "teams": TeamMember.objects.filter(org=request.org, member=found).select_related("team").order_by("team__name"),
        "why": None if found.ended_at else why.explain(request.org, found, request.now),
        "history": history.build(request, found),
        "staged": staged.changes if staged else {},
        "counts": frame.counts(request, staged=staged),
        "section": "users",
        "is_managed": accounts.is_managed(request.org, found),
        "is_self": found.pk == request.membership.pk,
    }
    return render(request, "access/user.html", context)


@administrator_reads
def user_why(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Why?`: a page, or what a script shows beside the row."""
    found = find(request, member)
    if found.ended_at:
        raise Http404
    context = {"person": found, "why": why.explain(request.org, found, request.now), "section": "users"}
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "access/_why_popover.html", context)
    return render(request, "access/user_why.html", context | {"counts": frame.counts(request)})
