"""`Invite users`, and the invitations of a company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.invitations import address_parsing, invitations, invite_links, mail_limit_texts, mail_limits
from access.invitations.forms import LEVELS, OWN_LEVEL, ChangeInvitationForm, InviteForm
from access.invitations.invitation_list import invitation_page
from access.invitations.invitations import Invited
from access.pages import frame_page, page_counts
from access.seats import costs
from billing.seats import after_joining
from orgs.people.joining_models import Invitation
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads

NAMED = 10  # addresses in a message


@administrator_acts.get_and_post
def invite(request: CompanyRequest, org: str) -> HttpResponse:
    """`Invite users`: good addresses go out, the others are named."""
    form = InviteForm(request.POST or None, org=request.org)
    if request.method == "POST" and form.is_valid():
        try:
            invited = _invite(request, form)
        except Refused as refused:
            if form.levels():
                form.add_error(None, str(refused))
                return _each_page(request, form)
            form.add_error("addresses", str(refused))
        else:
            _report(request, invited, form.cleaned_data["addresses"].bad)
            return redirect("access:invitation_list", org=org)
    return _invite_page(request, form)


@administrator_reads.post
def invite_each(request: CompanyRequest, org: str) -> HttpResponse:
    """`Choose for each`: the addresses that were pasted, each with its own level, and what that costs."""
    form = InviteForm(request.POST, org=request.org)
    return _each_page(request, form) if form.is_valid() else _invite_page(request, form)


def _each_page(request: CompanyRequest, form: InviteForm) -> HttpResponse:
    emails = form.cleaned_data["addresses"].good
    chosen = dict.fromkeys(emails, form.cleaned_data["level"]) | form.levels()
    here = invitations.already_here(request.org, list(emails))
    full = sum(level == Level.FULL for email, level in chosen.items() if email not in here)
    context = {
        "form": form,
        "rows": [(f"{OWN_LEVEL}{email}", email, level, email in here) for email, level in chosen.items()],
        "levels": LEVELS,
        **_price(request, full),
    } | frame_page.frame(request, "invitations")
    return render(request, "access/invitations/invite_each.html", context, status=400 if form.errors else 200)


def _invite_page(request: CompanyRequest, form: InviteForm) -> HttpResponse:
    counts = page_counts.counts(request)
    context = {
        "form": form,
        "link": invite_links.current(request.org),
        "room": max(0, request.org.account_limit - counts.numbers["accounts"]),
        "allowance": mail_limits.allowance(request.org, request.now),
    } | frame_page.around(request, "invitations", counts, None)
    return render(request, "access/invitations/invite.html", context, status=400 if form.errors else 200)


def _invite(request: CompanyRequest, form: InviteForm) -> Invited:
    return invitations.invite(
        org=request.org,
        emails=list(form.cleaned_data["addresses"].good),
        terms=form.terms(),
        actor=request.membership,
        now=request.now,
        allows_domain_account=form.cleaned_data.get("allows_domain_account", False),
        levels=form.levels(),
    )


@administrator_reads.post
def invite_check(request: CompanyRequest, org: str) -> HttpResponse:
    """What was pasted so far, as chips: fine, already here, already invited, not an address."""
    found = address_parsing.parse(request.POST.get("addresses", "")[:40_000])
    emails = list(found.good[: invitations.AT_ONCE])
    pending = Invitation.objects.filter(org=request.org).pending(request.now).filter(email__in=emails)
    here = invitations.already_here(request.org, emails)
    context = {
        "good": emails,
        "bad": found.bad,
        "here": here,
        **_price(request, len(set(emails) - set(here))),
        "mailed": mail_limits.mailed_today(request.org, emails, now=request.now),
        "again_at": mail_limits.again_at(request.now),
        "pending": set(pending.values_list("email", flat=True)),
    }
    return render(request, "access/invitations/_invite_chips.html", context)


def _price(request: CompanyRequest, number: int) -> dict[str, Any]:
    """What full access for so many people more costs, and what those who are invited already add to it."""
    cost = costs.cost_of(request.org, number, now=request.now)
    return {"cost": cost, "joining": after_joining.total_with_invited(request.org, request.now, seats=cost.seats_after)}


@administrator_reads.get
def invitation_list(request: CompanyRequest, org: str) -> HttpResponse:
    """The invitations: pending first to be looked at, then the expired, accepted and revoked ones."""
    context = {"list": invitation_page(request)} | frame_page.frame(request, "invitations")
    return render(request, "access/invitations/invitation_list.html", context)


@administrator_acts.post
def invitation_resend(request: CompanyRequest, org: str, invitation: str) -> HttpResponse:
    found = get_object_or_404(Invitation, org=request.org, public_id=invitation)
    try:
        invitations.resend(invitation=found, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Sent again to %(email)s.") % {"email": found.email})
    return redirect("access:invitation_list", org=org)


@administrator_acts.get_and_post
def invitation_change(request: CompanyRequest, org: str, invitation: str) -> HttpResponse:
    """Level, department and team of somebody who has not joined yet."""
    rows = Invitation.objects.filter(org=request.org).select_related("org", "department", "team")
    found = get_object_or_404(rows, public_id=invitation)
    is_sent = request.method == "POST"
    form = (
        ChangeInvitationForm(request.POST, org=request.org) if is_sent else ChangeInvitationForm.for_invitation(found)
    )
    if form.is_valid():
        try:
            invitations.change(invitation=found, terms=form.terms(), actor=request.membership, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The invitation of %(email)s is changed.") % {"email": found.email})
        return redirect("access:invitation_list", org=org)
    context = {"form": form, "invitation": found} | frame_page.frame(request, "invitations")
    return render(request, "access/invitations/invitation_change.html", context, status=400 if form.errors else 200)


@administrator_acts.post
def invitation_revoke(request: CompanyRequest, org: str, invitation: str) -> HttpResponse:
    found = get_object_or_404(Invitation, org=request.org, public_id=invitation)
    try:
        invitations.revoke(invitation=found, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The invitation of %(email)s is revoked.") % {"email": found.email})
    return redirect("access:invitation_list", org=org)


def _report(request: CompanyRequest, invited: Invited, bad: Sequence[tuple[str, str]]) -> None:
    """What went out, and what was left out and why."""
    sent = ngettext("%(number)d invitation sent.", "%(number)d invitations sent.", invited.sent)
    parts = [sent % {"number": invited.sent}]
    if invited.here:
        parts.append(_("Already here: %(emails)s.") % {"emails": ", ".join(invited.here[:NAMED])})
    if invited.too_often:
        named = _("Not sent: %(emails)s.") % {"emails": ", ".join(invited.too_often[:NAMED])}
        parts += [named, mail_limit_texts.too_often(mail_limits.again_at(request.now))]
    if bad:
        words = ", ".join(word for word, _reason in bad[:NAMED])
        text = ngettext(
            "%(number)d address was skipped: %(words)s.",
            "%(number)d addresses were skipped: %(words)s.",
            len(bad),
        )
        parts.append(text % {"number": len(bad), "words": words})
    (messages.success if invited.sent else messages.warning)(request, " ".join(parts))
