"""`Enable access via invite link`: switching it on and off, its terms and limits, who joined through it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.invitations import invite_links
from access.invitations.invite_links import Limits
from access.invitations.link_forms import LinkForm
from access.members.members import Terms
from access.pages import frame_page
from orgs.lists.paging import paginate
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


@administrator_reads.get
def link(request: CompanyRequest, org: str) -> HttpResponse:
    """The company's invite link: where it leads, on which terms, who came through it."""
    return _page(request, LinkForm(org=request.org, link=invite_links.current(request.org)))


@administrator_acts.post
def link_on(request: CompanyRequest, org: str) -> HttpResponse:
    """The switch, on: a link for 14 days that lets everybody in as Read only."""
    root = Department.objects.get(org=request.org, parent=None)
    terms, limits = Terms(Level.READ_ONLY, root), Limits(request.now + invite_links.LIFE)
    try:
        invite_links.switch_on(org=request.org, terms=terms, limits=limits, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Link is on."))
    return redirect("access:link", org=org)


@administrator_acts.post
def link_off(request: CompanyRequest, org: str) -> HttpResponse:
    """The switch, off: this link never works again."""
    try:
        invite_links.switch_off(org=request.org, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Link is off. It stopped working at once and for good."))
    return redirect("access:link", org=org)


@administrator_acts.get_and_post
def link_replace(request: CompanyRequest, org: str) -> HttpResponse:
    """`Reset link`: asks once, because whoever holds the old one is locked out."""
    if request.method != "POST":
        return render(request, "access/invitations/link_replace.html", frame_page.frame(request, "link"))
    try:
        invite_links.replace(org=request.org, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The link was replaced. The old one stopped working."))
    return redirect("access:link", org=org)


@administrator_acts.post
def link_change(request: CompanyRequest, org: str) -> HttpResponse:
    """Terms and limits of the link."""
    current = invite_links.current(request.org)
    form = LinkForm(request.POST, org=request.org, link=current)
    if current is None:
        messages.error(request, _("The invite link is off."))
        return redirect("access:link", org=org)
    if form.is_valid():
        limits = form.limits(now=request.now)
        try:
            invite_links.change(
                org=request.org, terms=form.terms(), limits=limits, actor=request.membership, now=request.now
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("access:link", org=org)
    return _page(request, form)


def _page(request: CompanyRequest, form: LinkForm) -> HttpResponse:
    current = form.link
    joined: Any = Membership.objects.filter(org=request.org, invite_link__isnull=False)
    joined = joined.select_related("user", "invite_link")
    context = {
        "form": form,
        "link": current,
        "state": current.state(request.now) if current else "off",
        "url": invite_links.url(current) if current else "",
        "joined": paginate(joined, request, keys=("-joined_at", "-id")),
    } | frame_page.frame(request, "link")
    return render(request, "access/invitations/link.html", context, status=400 if form.errors else 200)
