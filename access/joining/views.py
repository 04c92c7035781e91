"""The pages of whoever follows an invitation or an invite link. They belong to no company until the person joins."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from access.invitations import invite_links, token_status
from access.invitations.token_status import TokenStatus
from access.joining import acceptance
from access.joining.forms import DomainAccountForm, NewAccountForm
from access.joining.signup_forms import LinkSignup
from access.members import accounts
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from users.accounts import addresses
from users.login.limits import token_page
from users.permissions import anyone

GONE = 410


# --- By invitation -------------------------------------------------------------------------------------
@anyone.get
@token_page
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation offers, and how to take it. Looking uses nothing up."""
    offer = _invitation(token)
    return _invitation_page(request, token, offer, _own_form(request, offer))


@anyone.post
@token_page
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """`Join`: the account that is logged in takes the invitation."""
    _invitation(token)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("access:invitation", args=[token]))
    try:
        member = acceptance.accept(token=token, user=request.user, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:invitation", token=token)
    return _welcome(request, member)


@anyone.post
@token_page
@sensitive_post_parameters("password")
def invitation_account(request: HttpRequest, token: str) -> HttpResponse:
    """`Create an employee account`: the token has proved the address, so no second mail is sent."""
    offer, now = _invitation(token), timezone.now()
    if request.user.is_authenticated or not offer.is_open:
        return redirect("access:invitation", token=token)
    form = NewAccountForm(request.POST, email=offer.email)
    if not form.is_valid():
        return _invitation_page(request, token, offer, form, status=400)
    try:
        member = acceptance.accept_as_new(token=token, person=form.person(), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:invitation", token=token)
    return _log_in(request, member)


@anyone.post
@token_page
@sensitive_post_parameters("password")
def invitation_domain(request: HttpRequest, token: str) -> HttpResponse:
    """`Create an employee account` on a domain of the company, if the invitation allows it."""
    offer, now = _invitation(token), timezone.now()
    if request.user.is_authenticated or not offer.is_open or not offer.account_domains:
        return redirect("access:invitation", token=token)
    form = DomainAccountForm(request.POST, domains=offer.account_domains)
    if form.is_valid():
        chosen = {"login": form.cleaned_data["login"], "domain": form.cleaned_data["domain"]}
        try:
            member = acceptance.accept_at_domain(token=token, person=form.person(), now=now, **chosen)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return _log_in(request, member)
    return _invitation_page(request, token, offer, _own_form(request, offer), domain_form=form, status=400)


@anyone.post
@token_page
@sensitive_post_parameters("password")
def invitation_login(request: HttpRequest, token: str) -> HttpResponse:
    """A free login was chosen: the form again with it."""
    offer = _invitation(token)
    if request.user.is_authenticated or not offer.is_open or not offer.account_domains:
        return redirect("access:invitation", token=token)
    form = DomainAccountForm.choosing(request.POST, domains=offer.account_domains)
    return _invitation_page(request, token, offer, _own_form(request, offer), domain_form=form)


@anyone.post
@token_page
def invitation_ask(request: HttpRequest, token: str) -> HttpResponse:
    """`Ask for a new invitation`: a mail to whoever invited."""
    _invitation(token)
    try:
        acceptance.ask_again(token=token, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Asked. You get a new email when it is sent."))
    return redirect("access:invitation", token=token)


def _invitation(token: str) -> TokenStatus:
    offer = token_status.invitation_offer(token, now=timezone.now())
    if offer is None:
        raise Http404
    return offer


def _own_form(request: HttpRequest, offer: TokenStatus) -> NewAccountForm | None:
    """The empty form for an account with the invited address, if it can be made."""
    is_possible = offer.is_open and not request.user.is_authenticated and not addresses.has_account(offer.email)
    return NewAccountForm(email=offer.email) if is_possible else None


def _invitation_page(
    request: HttpRequest,
    token: str,
    offer: TokenStatus,
    form: NewAccountForm | None,
    *,
    domain_form: DomainAccountForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    if domain_form is None and offer.account_domains and user is None:
        domain_form = DomainAccountForm(domains=offer.account_domains)
    context = {
        "offer": offer,
        "token": token,
        "form": form,
        "domain_form": domain_form,
        "suggestions": _free_logins(offer, domain_form) if domain_form else [],
        "member": token_status.membership_of(user, offer.org) if user else None,
        "fits": user is not None and addresses.has_proved(user, offer.email),
        "tracker_is_off": token_status.tracker_is_off(offer.org, timezone.now()),
    }
    status = status if offer.is_open or context["member"] else GONE
    return render(request, "access/joining/invitation.html", context, status=status)


# --- By link -------------------------------------------------------------------------------------------
@anyone.get
@token_page
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the link offers. It is looked at again when the person joins."""
    offer, user = _link(token), request.user if request.user.is_authenticated else None
    member = token_status.membership_of(user, offer.org) if user else None
    context = {
        "offer": offer,
        "token": token,
        "member": member,
        "fits": user is not None and token_status.proved_address(user, domains=offer.domains),
        "tracker_is_off": token_status.tracker_is_off(offer.org, timezone.now()),
    }
    return render(request, "access/joining/join.html", context, status=200 if offer.is_open or member else GONE)


@anyone.post
@token_page
def join_accept(request: HttpRequest, token: str) -> HttpResponse:
    """`Join`: the account that is logged in joins through the link."""
    _link(token)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("access:join", args=[token]))
    try:
        member = invite_links.join(token=token, user=request.user, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:join", token=token)
    return _welcome(request, member)


@anyone.get_and_post
@token_page
def join_account(request: HttpRequest, token: str) -> HttpResponse:
    """`Create an account` for somebody who follows the link."""
    offer = _link(token)
    if request.user.is_authenticated or not offer.is_open:
        return redirect("access:join", token=token)
    response: HttpResponse = LinkSignup.as_view(extra_context={"offer": offer, "token": token})(request, token=token)
    return response


def _link(token: str) -> TokenStatus:
    offer = token_status.link_offer(token, now=timezone.now())
    if offer is None:
        raise Http404
    return offer


def _welcome(request: HttpRequest, member: Membership) -> HttpResponse:
    _say_welcome(request, member)
    return redirect("tracker_portal:company", org=member.org.slug)


def _log_in(request: HttpRequest, member: Membership) -> HttpResponse:
    """The new account is logged in, and is led to the company."""
    _say_welcome(request, member)
    home = reverse("tracker_portal:company", args=[member.org.slug])
    return cast(HttpResponse, perform_login(request, Login(user=member.user, redirect_url=home, signup=True)))


def _free_logins(offer: TokenStatus, form: DomainAccountForm) -> list[str]:
    """What to choose instead of a login that cannot be had."""
    if "login" not in form.errors:
        return []
    names = {name: form.data.get(name, "")[:60] for name in ("first_name", "last_name")}
    domain = form.cleaned_data.get("domain") or offer.account_domains[0][0]
    return accounts.suggestions(offer.org, domain=domain, **names)


def _say_welcome(request: HttpRequest, member: Membership) -> None:
    messages.success(request, _("You are in %(company)s now.") % {"company": member.org.name})
