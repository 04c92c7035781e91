"""Pages of a company's email domains. The look-ups are tasks: here they are asked for and their progress is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from orgs.domains import domains
from orgs.domains.forms import DomainForm
from orgs.domains.models import Domain
from orgs.lists.paging import paginate
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


@administrator_acts.get_and_post
def domain_list(request: CompanyRequest, org: str) -> HttpResponse:
    """The company's domains, and the form that links one."""
    form = DomainForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            domain = domains.add(name=form.cleaned_data["name"], actor=request.membership, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return redirect("orgs:domain", org=org, domain=domain.public_id)
    page = paginate(Domain.objects.filter(org=request.org), request, keys=("name",))
    context = {"form": form, "page": page, "tab": "domains"}
    return render(request, "orgs/domains/domain_list.html", context, status=400 if form.errors else 200)


@administrator_reads.get
def domain(request: CompanyRequest, org: str, domain: str) -> HttpResponse:
    """One domain: its state, the record to publish, what can be done with it."""
    return render(request, "orgs/domains/domain.html", {"domain": domain_or_404(request, domain), "tab": "domains"})


@administrator_reads.get
def domain_progress(request: CompanyRequest, org: str, domain: str) -> HttpResponse:
    """The part of that page that changes when a look-up ends; 204 until then."""
    found = domain_or_404(request, domain)
    if found.checking_since:
        return HttpResponse(status=204)
    return render(request, "orgs/domains/_domain.html", {"domain": found, "company": request.org})


@administrator_acts.post
def domain_verify(request: CompanyRequest, org: str, domain: str) -> HttpResponse:
    """`Verify now`: a worker looks the record up; asked twice it has its one effect."""
    found = domain_or_404(request, domain)
    with refusals_shown(request):
        is_asked = domains.ask_check(domain=found, actor=request.membership, now=request.now)
        if not is_asked and not found.checking_since:
            messages.info(request, _("The record was looked up a moment ago. Try again in ten seconds."))
    return redirect("orgs:domain", org=org, domain=domain)


@administrator_acts.post
def domain_primary(request: CompanyRequest, org: str, domain: str) -> HttpResponse:
    """`Make primary`."""
    found = domain_or_404(request, domain)
    with refusals_shown(request):
        domains.set_primary(domain=found, actor=request.membership, now=request.now)
        messages.success(request, _("%(domain)s is the primary domain.") % {"domain": found.name})
    return redirect("orgs:domain", org=org, domain=domain)


@administrator_acts.get_and_post
def domain_remove(request: CompanyRequest, org: str, domain: str) -> HttpResponse:
    """Asks whether to unlink the domain, and does it."""
    found = domain_or_404(request, domain)
    if request.method != "POST":
        return render(request, "orgs/domains/domain_remove.html", {"domain": found, "tab": "domains"})
    with refusals_shown(request):
        domains.remove(domain=found, actor=request.membership, now=request.now)
        messages.success(request, _("%(domain)s is not linked any more.") % {"domain": found.name})
    return redirect("orgs:domain_list", org=org)


@contextmanager
def refusals_shown(request: CompanyRequest) -> Iterator[None]:
    """What a verb refuses is said on the next page."""
    try:
        yield
    except Refused as refused:
        messages.error(request, str(refused))


def domain_or_404(request: CompanyRequest, public_id: str) -> Domain:
    """The company's own domain. Raises Http404 for a foreign or absent one."""
    return get_object_or_404(Domain.objects.filter(org=request.org), public_id=public_id)
