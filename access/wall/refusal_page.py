"""The pages of a refusal: what is off, why, who can change it. What the person typed is kept."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, F, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from access.wall import own_request_page, preserved_form
from access.wall.rules import Refusal
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

SENTENCES: dict[str, str | Promise] = {
    "blocked": _("Your account is blocked in %(company)s."),
    "administrators": _("Only administrators of %(company)s can open this page."),
    "owner": _("Only an owner of %(company)s can open this page."),
    "second_factor": _("%(company)s demands a second step at login from its owners and administrators."),
    "inactive": _("Tracker is not active in %(company)s."),
    "deactivated": _("Tracker is switched off in %(company)s."),
    "deleted": _("The data of Tracker at %(company)s was deleted."),
    "trial_over": _("The Tracker trial at %(company)s ended on %(trial_end)s."),
    "not_subscribed": _("Tracker at %(company)s is Read only until its subscription is settled."),
    "personal": _("Your access in %(company)s is Read only."),
}
NAMED_ADMINISTRATORS = 3


def sentence(refusal: Refusal, org: Organization) -> str:
    """The reason as a sentence for the person."""
    ended = date_format(localtime(org.trial_ends_at), "j M Y") if org.trial_ends_at else ""
    return str(SENTENCES[refusal.reason]) % {"company": org.name, "trial_end": ended}


def administrators(org: Organization) -> list[Membership]:
    """Whom to ask: the administrators who were here last, three at most, each with the `total` of them."""
    members = Membership.objects.administrators().filter(org=org).select_related("user")
    members = members.annotate(total=Window(Count("pk")))
    return list(members.order_by(F("last_active_at").desc(nulls_last=True))[:NAMED_ADMINISTRATORS])


def respond(request: CompanyRequest, refusal: Refusal) -> HttpResponse:
    """The refusal's page, with the text that the person posted."""
    context = {
        "refusal": refusal,
        "sentence": sentence(refusal, request.org),
        "administrators": administrators(request.org),
        "may_ask": refusal.reason in own_request_page.HELPS and own_request_page.may_ask(request.membership),
        "kept": preserved_form.texts(request),
    }
    return render(request, "access/wall/refused.html", context, status=refusal.status)


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Leads to the login and back to the page. What was typed after the session had ended is shown first."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    page = preserved_form.form_page(request)
    if page and (texts := preserved_form.texts(request)):
        context = {"kept": texts, "fields": preserved_form.fields(request), "page": page}
        return render(request, "access/wall/log_in_again.html", context, status=403)
    return redirect_to_login(page or reverse("home"))


def unmarked(request: HttpRequest) -> HttpResponse:
    """A view without a mark: shut."""
    return render(request, "403.html", status=403)
