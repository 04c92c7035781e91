"""Outside any company's transaction: the way to the provider's page, and the provider's messages (design rule 4)."""

from __future__ import annotations

import logging

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from billing.ledger.top_up_models import TopUp
from billing.top_ups import payments, providers, top_ups
from billing.top_ups.providers import test_provider
from billing.top_ups.providers.facts import Forged, Unreachable
from billing.top_ups.refunds import TooEarly
from orgs.tenancy.clock import database_now
from users.accounts.request import UserRequest
from users.permissions import anyone, person

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 256 * 1024  # bytes; Stripe's are a few thousand


@person.post
def top_up_pay(request: UserRequest, org: str, top_up: str) -> HttpResponse:
    """Begins the payment at the provider and goes on to its page. Sent again, the same payment is one session there.

    The page that leads on is a page of ours, because a form of ours may not end at another origin.
    """
    found = payments.of_company(request.user, org, top_up)
    if found is None:
        raise Http404
    result = reverse("billing:top_up_result", kwargs={"org": org, "top_up": top_up})
    if not top_ups.is_payable(found, database_now()):
        return redirect(result)
    context = {"top_up": found, "result_url": result}
    try:
        started = payments.start(found)
    except Unreachable as error:
        logger.warning("The payment provider could not be reached for %s: %s", top_up, error)
        return render(request, "billing/top_ups/top_up_unreached.html", context, status=503)
    return render(request, "billing/top_ups/top_up_leaving.html", {**context, "url": started.url})


@anyone.post
@csrf_exempt
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Stripe's messages. Whatever is signed is answered with 200; an error makes Stripe send it again."""
    if int(request.headers.get("Content-Length") or 0) > LONGEST_MESSAGE:
        raise RequestDataTooBig
    try:
        event = providers.stripe().read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except Forged as error:
        raise BadRequest("not signed") from error
    try:
        event = payments.name_payment(event)
        outcome = payments.take(event, now=database_now())
    except (Unreachable, TooEarly) as error:
        logger.warning("Money taken back (%s) waits for the payment it belongs to: %r", event.event_id, error)
        return HttpResponse(status=503)
    except Error:
        logger.exception("A message of the payment provider could not be taken in; it comes again")
        return HttpResponse(status=503)
    return HttpResponse(outcome, content_type="text/plain")


# --- Test payments: these pages exist in development only (`tracker_portal/urls.py`) ---------------------
@person.get
def test_payment(request: UserRequest, payment: str) -> HttpResponse:
    """Stands in for a provider's page; no money moves."""
    return render(request, "billing/top_ups/test_payment.html", {"top_up": _rehearsed(request, payment)})


@person.post
def test_payment_act(request: UserRequest, payment: str, act: str) -> HttpResponse:
    """`Pay` and `Fail`: tells what a provider would tell, and goes back to where it was begun."""
    found = _rehearsed(request, payment)
    payments.take(test_provider.event(found, act), now=database_now())
    return redirect("billing:top_up_result", org=found.org.slug, top_up=found.public_id)


def _rehearsed(request: UserRequest, payment: str) -> TopUp:
    """A test payment of a company that the person administers. Raises Http404."""
    found = payments.rehearsed(request.user, payment)
    if found is None:
        raise Http404
    return found
