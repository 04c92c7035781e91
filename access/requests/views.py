"""Requests for full access: asking from a locked control, and the list of administrators who answer."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.changes import save_bar, staged_changes
from access.grants.request_models import AccessRequest
from access.pages import frame_page, page_counts
from access.pages.confirmation_views import Act, ask, posted
from access.requests import access_requests
from access.requests import request_list as waiting_list
from access.requests.forms import AskForm, DeclineForm
from access.review.views import left_out_text
from access.wall import refusal_page
from orgs.forms import safe_next
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads, tracker_own


# --- the person's side ----------------------------------------------------------------------------------
@tracker_own.get_and_post
def access_ask(request: CompanyRequest, org: str) -> HttpResponse:
    """`Request full access`, from any locked control or on a page of its own."""
    form = AskForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            access_requests.ask(member=request.membership, note=form.cleaned_data["note"], now=request.now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(safe_next.next_path(request, reverse("issues:issue_list", args=[org])))
    context = {
        "form": form,
        "open": access_requests.open_request(request.membership),
        "administrators": refusal_page.administrators(request.org),
        "next": safe_next.next_path(request, ""),
    }
    return render(request, "access/requests/access_ask.html", context, status=400 if form.errors else 200)


@tracker_own.post
def access_withdraw(request: CompanyRequest, org: str) -> HttpResponse:
    try:
        access_requests.withdraw(member=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(safe_next.next_path(request, reverse("issues:issue_list", args=[org])))


# --- the administrators' side ---------------------------------------------------------------------------
@administrator_reads.get
def request_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`Access requests`: who waits, and what giving it would cost."""
    draft = save_bar.staged(request)
    counts = page_counts.counts(request, staged=draft)
    bar = save_bar.bar_of_draft(request.org, draft, counts.month, now=request.now)
    context = {"waiting": waiting_list.request_page(request, draft)} | frame_page.around(
        request, "requests", counts, bar
    )
    return render(request, "access/requests/request_list.html", context)


@administrator_acts.post
def request_give(request: CompanyRequest, org: str) -> HttpResponse:
    """`Give Full access`: stages it, so that the bar shows the cost before anything is saved."""
    levels = waiting_list.chosen(request.org, request.POST)
    if not levels:
        messages.warning(request, _("Select whom you want to give Full access."))
        return redirect("access:request_list", org=org)
    try:
        staged = staged_changes.stage(org=request.org, levels=levels, author=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if staged.left_out:
            messages.warning(request, left_out_text(staged.left_out))
    return redirect(safe_next.next_path(request, reverse("access:request_list", args=[org])))


@administrator_acts.get_and_post
def request_decline(request: CompanyRequest, org: str, asked: str) -> HttpResponse:
    """`Decline`, with a reason that the person reads."""
    found = get_object_or_404(AccessRequest.objects.select_related("member__user"), org=request.org, public_id=asked)
    back = reverse("access:request_list", args=[org])
    name = found.member.name
    act = Act(
        title=_("Decline the request of %(name)s") % {"name": name},
        button=_("Decline request"),
        back=back,
        section="requests",
        above=(back, _("Access requests")),
        said=_("Declined. %(name)s stays Read only and gets an email with the reason.") % {"name": name},
    )
    return ask(request, act, DeclineForm(posted(request)), partial(access_requests.decline, request=found))
