"""The company's main page and Tracker's settings: what they show comes from every layer, so they are composed here.

Their URL names are `tracker_portal:company` and `tracker_portal:tracker_settings`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing.charging import forecasts
from billing.ledger import ledger
from billing.pricing import price_lists
from billing.pricing.forms import CalculatorForm
from billing.pricing.tiers import monthly_price
from billing.seats import after_joining, trial_dates
from issues.archive import exporting
from orgs.companies import activation, activation_texts
from orgs.lifecycle import data_deletion, tracker_content
from orgs.lifecycle.models import Deletion
from orgs.people import address_book
from orgs.status import lifecycle_summary, phases, ruler
from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import State
from orgs.tenancy.request import CompanyRequest
from tracker_portal.company import first_steps, subscription_steps
from users.permissions import administrator_own, member_reads

SUGGESTED_SEATS = 10  # the calculator's first number while nobody has full access


@member_reads.get
def company(request: CompanyRequest, org: str) -> HttpResponse:
    """The company's main page: a card for each service; for administrators the first steps above them."""
    view = lifecycle_summary.summarize(request.org, request.now)
    people = count_people(request)
    context: dict[str, Any] = {"outlook": view, "ruler": ruler.draw(view), "people": people}
    if request.membership.is_administrator:
        context["steps"] = first_steps.shown(request, view.state, people=people)
        context |= {"balance": ledger.balance(request.org), "is_stopped_for_debt": view.reason == "debt"}
    return render(request, "tracker_portal/company/company.html", context)


@administrator_own.post
def first_steps_dismiss(request: CompanyRequest, org: str) -> HttpResponse:
    """`Dismiss`: the first steps leave the person's main page; Help shows them again."""
    Membership.objects.filter(pk=request.membership.pk).update(first_steps_dismissed_at=request.now)
    return redirect("tracker_portal:company", org=org)


@member_reads.get
def tracker_settings(request: CompanyRequest, org: str) -> HttpResponse:
    """Tracker's state and dates. Administrators can activate it and see what it costs, others see whom to ask."""
    people = count_people(request)
    view = lifecycle_summary.summarize(request.org, request.now)
    context = {"outlook": view, "people": people, "administrators": address_book.administrators(request.org)}
    if drawn := ruler.draw(view):
        context |= {"ruler": drawn, "phases": phases.phases_of(drawn, request.now, people=people)}
    context |= state_facts(request, view)
    if request.membership.is_administrator:
        context |= costs(request, people) | payment(request, view.state)
        if view.has_data:
            context["last_export"] = exporting.last(request.org)
    return render(request, "tracker_portal/company/tracker_settings.html", context)


def count_people(request: CompanyRequest) -> int:
    """The accounts that count in the company's limit."""
    return Membership.objects.current().filter(org=request.org).count()


def state_facts(request: CompanyRequest, view: LifecycleSummary) -> dict[str, Any]:
    """What one state's page shows and the others do not."""
    if view.state == State.TRIAL:
        return {"activated_by": activation.activated_by(request.org)}
    if view.state == State.DEACTIVATED:
        return {"prospect": activation_texts.prospect(request.org, request.now)} | waiting(request, view)
    if view.state == State.READ_ONLY:
        counts = tracker_content.counts(request.org.pk)
        return {"amounts": counts, "counts": tracker_content.named_counts(counts)} | waiting(request, view)
    if view.state in (State.DELETING, State.DELETED):
        return deletion_facts(Deletion.objects.filter(org=request.org).order_by("-claimed_at").first())
    return {}


def waiting(request: CompanyRequest, view: LifecycleSummary) -> dict[str, str]:
    """Why a deletion that is due has not begun, and what keeps the data."""
    if not view.is_overdue:
        return {}
    return {"wait": data_deletion.wait_reason(request.org, request.now) or "turn", "way_back": view.way_back}


def deletion_facts(last: Deletion | None) -> dict[str, Any]:
    """The last deletion and, once its certificate is written, how much it deleted."""
    if last is None or last.finished_at is None:
        return {"deletion": last}
    return {"deletion": last, "deleted": tracker_content.named_counts(tracker_content.deleted_counts(last.counts))}


def payment(request: CompanyRequest, state: State) -> dict[str, Any]:
    """The balance (minor units), what is still to be done for a subscription, and the charges to come."""
    org, now = request.org, request.now
    forecast = forecasts.forecast_for(org, now=now) if state in (State.TRIAL, State.ACTIVE) else None
    balance = forecast.balance if forecast else ledger.balance(org)
    steps = subscription_steps.subscription_steps(org, now, balance=balance, is_next_marked=state == State.TRIAL)
    trial = trial_dates.sentence(org) if state == State.TRIAL else ""
    return {"balance": balance, "steps": steps, "forecast": forecast, "trial": trial}


def costs(request: CompanyRequest, people: int) -> dict[str, Any]:
    """The calculator, and what the present number of people with full access costs a month (minor units)."""
    org, now_valid = request.org, price_lists.prices_for(request.org, request.now)
    calculator = CalculatorForm(
        request.GET,
        suggested=org.full_seats or min(people, SUGGESTED_SEATS),
        people=people,
        limit=org.account_limit,
        prices=now_valid,
    )
    total = monthly_price(org.full_seats, now_valid)
    return {
        "calculator": calculator,
        "monthly_total": total,
        "after": after_joining.total_with_invited(org, request.now),
    }
