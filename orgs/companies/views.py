"""Pages of the company that need no layer above: choosing and founding one, switching Tracker on, the address book.

Its main page and Tracker's settings are composed in `tracker_portal/company/views.py`. Company pages get a
`CompanyRequest` from the wall.
"""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.companies import activation, activation_texts, companies, switcher
from orgs.companies.forms import DeactivateForm, NewCompanyForm
from orgs.forms import idempotent_forms
from orgs.lifecycle import certificates, tracker_content
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion
from orgs.lifecycle.transitions import FOLLOWED_BY
from orgs.lists.paging import paginate
from orgs.lists.parts import render_part
from orgs.people import address_book
from orgs.people.models import Team
from orgs.status import calendar, lifecycle_summary
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import State
from orgs.tenancy.request import CompanyRequest
from users.accounts.request import UserRequest
from users.permissions import administrator_acts, administrator_reads, member_reads, person


@person.get
def company_list(request: UserRequest) -> HttpResponse:
    """The person's companies; with just one, straight to it unless asked to `?choose`."""
    page = switcher.company_page(request, now=timezone.now())
    if len(page.rows) == 1 and not page.previous_url and "choose" not in request.GET:
        return redirect("tracker_portal:company", org=page.rows[0].org.slug)
    return render(request, "orgs/companies/company_list.html", {"page": page})


@person.get_and_post
def company_create(request: UserRequest) -> HttpResponse:
    """`New company`: its Tracker is not active. With `?trial` it is `Free trial` for someone logged in."""
    is_trial, now = "trial" in request.GET, timezone.now()
    form = NewCompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_found(request, form, is_trial=is_trial, now=now))
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {"form": form, "is_trial": is_trial, "trial_ends_at": now + lifecycle.TRIAL}
    return render(request, "orgs/companies/company_create.html", context, status=400 if form.errors else 200)


def _found(request: UserRequest, form: NewCompanyForm, *, is_trial: bool, now: dt.datetime) -> str:
    """The path of the company that the form founds, or that it founded when it was sent before."""
    person = companies.start_trial if is_trial else companies.create

    def verb() -> str:
        return reverse("tracker_portal:company", args=[person(owner=request.user, now=now, **form.founding()).slug])

    return idempotent_forms.act(user=request.user, token=form.sent, now=now, verb=verb)


@administrator_acts.post
def tracker_activate(request: CompanyRequest, org: str) -> HttpResponse:
    """`Activate`."""
    try:
        activated = activation.activate(org=request.org, actor=request.membership, now=request.now)
    except Refused as refused:
        request.org.refresh_from_db()
        if lifecycle.state_at(request.org, request.now) in FOLLOWED_BY:  # sent twice: it has its one effect
            messages.info(request, _("Tracker is active already."))
        else:
            messages.error(request, str(refused))
    else:
        messages.success(request, activation_texts.outcome(activated, request.now))
    return redirect("tracker_portal:tracker_settings", org=org)


@administrator_acts.get_and_post
def tracker_deactivate(request: CompanyRequest, org: str) -> HttpResponse:
    """`Deactivate`: what it means for everybody, and the act."""
    if not lifecycle.is_on(request.org, request.now):  # sent twice, or an old link
        messages.info(request, _("Tracker is off already."))
        return redirect("tracker_portal:tracker_settings", org=org)
    people = Membership.objects.current().filter(org=request.org).count()
    form = DeactivateForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        try:
            off = lifecycle.deactivate(org=request.org, actor=request.membership, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, activation_texts.is_off_now(off, request.now))
        return redirect("tracker_portal:tracker_settings", org=org)
    context = {
        "form": form,
        "people": people,
        "counts": tracker_content.named_counts(tracker_content.counts(request.org.pk)),
    }
    context |= {"kept_until": lifecycle.kept_until(request.org, request.now)}
    context |= {"prospect": activation_texts.prospect(request.org, request.now)}
    return render(request, "orgs/companies/tracker_deactivate.html", context, status=400 if form.errors else 200)


@administrator_reads.get
def tracker_calendar(request: CompanyRequest, org: str) -> HttpResponse:
    """`Add dates to calendar`: what is ahead, as an iCalendar file. One without events would be none."""
    ahead = lifecycle_summary.summarize(request.org, request.now)
    if not ahead.days_left:
        messages.info(request, _("There are no dates ahead."))
        return redirect("tracker_portal:tracker_settings", org=org)
    response = HttpResponse(calendar.calendar_file(request.org, ahead), content_type=calendar.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="tracker-{request.org.slug}.ics"'
    return response


@administrator_reads.get
def deletion_list(request: CompanyRequest, org: str) -> HttpResponse:
    """The certificates of all deletions, the latest first."""
    page = paginate(Deletion.objects.certified(request.org), request, keys=("-claimed_at", "-id"))
    return render(request, "orgs/companies/deletion_list.html", {"page": page})


@administrator_reads.get
def deletion(request: CompanyRequest, org: str, deletion: str) -> HttpResponse:
    """The certificate of one deletion."""
    certified = Deletion.objects.certified(request.org)
    certificate = certificates.certificate_of(get_object_or_404(certified.select_related("org"), public_id=deletion))
    return render(
        request,
        "orgs/companies/deletion.html",
        {"certificate": certificate, "is_one_of_several": certified.count() > 1},
    )


@member_reads.get
def people(request: CompanyRequest, org: str) -> HttpResponse:
    """`People`: the company's address book, for every member; no prices."""
    context = {"book": address_book.address_page(request), "nav": "people"}
    return render_part(request, "orgs/companies/people.html", "orgs/companies/_people.html", context)


@member_reads.get
def colleague(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """A person of the address book; to themselves it also says what they may do."""
    people = Membership.objects.current().filter(org=request.org).select_related("user", "department")
    person = get_object_or_404(people, public_id=member)
    context = {
        "person": person,
        "teams": Team.objects.filter(org=request.org, team_members__member=person).order_by("name"),
        "is_self": person.pk == request.membership.pk,
        "in_trial": lifecycle.state_at(request.org, request.now) == State.TRIAL,
        "nav": "people",
    }
    return render(request, "orgs/companies/colleague.html", context)
