"""Health pages: `/healthz` says that the process answers, `/readyz` that it can serve people, and what is late."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from billing.ledger import health_alerts as book_alarms
from orgs.lifecycle import health_alerts
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.scopes import platform_scope
from tracker_portal.database.outage import RETRY_AFTER
from users.permissions import anyone

HEARTBEAT = "tracker.beat"
LATE = dt.timedelta(minutes=5)
SKEW = dt.timedelta(seconds=5)  # between this machine's clock and the database's


def note_heartbeat() -> None:
    """Beat and a worker are alive: both had a hand in this call."""
    cache.set(HEARTBEAT, timezone.now(), timeout=None)


@anyone.get
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@anyone.get
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while pages can be served; `alerts` names what is late. 503 when the database does not answer."""
    try:
        now = timezone.now()
        alerts = find_alerts(now) + find_skew(now)
    except Error as error:
        body = {"ready": False, "alerts": [type(error).__name__]}
        return JsonResponse(body, status=503, headers={"Retry-After": RETRY_AFTER})
    return JsonResponse({"ready": True, "alerts": alerts})


def find_alerts(now: dt.datetime) -> list[str]:
    """What an operator should look at: no jobs running, mail waiting for long, deletions that are stuck."""
    connection.ensure_connection()
    alerts = []
    heartbeat = cache.get(HEARTBEAT)
    if heartbeat is None or now - heartbeat > LATE:
        alerts.append("no job has run in the last five minutes: is beat or the worker down?")
    with platform_scope():
        waiting = Mail.objects.filter(sent_at=None, refused_at=None, created_at__lt=now - LATE).count()
    if waiting:
        alerts.append(f"{waiting} mails have waited for more than five minutes")
    return alerts + health_alerts.alerts(database_now()) + book_alarms.alerts()


def find_skew(now: dt.datetime) -> list[str]:
    """Requests are decided by this machine's clock, jobs by the database's: the two must agree."""
    if abs(now - database_now()) <= SKEW:
        return []
    return ["the clocks of this machine and of the database differ by more than five seconds"]
