"""Requests for full access: asking from a locked control, and the list of administrators who answer."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access import bar, drafts, frame, refusals, requests, waiting_list
from access.http import CompanyRequest
from access.models.requests import AccessRequest
from access.request_forms import AskForm, DeclineForm
from access.views.asking import Act, ask, by, posted
from access.views.levels import left_out_text
from orgs import way_back
from orgs.errors import Refused
from users.doors import administrator_acts, administrator_reads, tracker_own


# --- the person's side ----------------------------------------------------------------------------------
@tracker_own.get_and_post
def access_ask(request: CompanyRequest, org: str) -> HttpResponse:
    """`Request full access`, from any locked control or on a page of its own."""
    form = AskForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            requests.ask(member=request.membership, note=form.cleaned_data["note"], now=request.now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(way_back.find(request, reverse("issues:issue_list", args=[org])))
    context = {
        "form": form,
        "open": requests.open_request(request.membership),
        "administrators": refusals.administrators(request.org),
        "next": way_back.find(request, ""),
    }
    return render(request, "access/access_ask.html", context, status=400 if form.errors else 200)


@tracker_own.post
def access_withdraw(request: CompanyRequest, org: str) -> HttpResponse:
    """`Withdraw`."""
    try:
        requests.withdraw(member=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(way_back.find(request, reverse("issues:issue_list", args=[org])))


# --- the administrators' side ---------------------------------------------------------------------------
@administrator_reads.get
def request_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`Access requests`: who waits, and what giving it would cost."""
    context = {
        "waiting": waiting_list.build(request, bar.staged(request)),
        "counts": frame.counts(request, staged=bar.staged(request)),
        "section": "requests",
    }
    return render(request, "access/request_list.html", context)


@administrator_acts.post
def request_give(request: CompanyRequest, org: str) -> HttpResponse:
    """`Give Full access`: stages it, so that the bar shows the cost before anything is saved."""
    levels = waiting_list.chosen(request.org, request.POST)
    if not levels:
        messages.warning(request, _("Select whom you want to give Full access."))
        return redirect("access:request_list", org=org)
    try:
        staged = drafts.stage(org=request.org, levels=levels, author=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if staged.left_out:
            messages.warning(request, left_out_text(staged.left_out))
    return redirect(way_back.find(request, reverse("access:request_list", args=[org])))


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
    return ask(request, act, DeclineForm(posted(request)), partial(requests.decline, request=found, **by(request)))
