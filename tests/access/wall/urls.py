"""The product's URLs and a few pages whose authors forgot everything: they try what the wall must not let through."""

from __future__ import annotations

import threading
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from orgs.people.models import Department, Team
from orgs.tenancy.ids import random_id
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from tracker_portal import urls
from users import permissions
from users.permissions import Kind, Mark, Who

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


class Gate:
    """Lets a test hold a request in the middle of its view."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()


gate = Gate()


def write(request: CompanyRequest, org: str) -> HttpResponse:
    """Inserts a row, whoever asks and by whatever method."""
    Team.objects.create(org=request.org, name=f"written {random_id()}")
    return HttpResponse("written")


def write_slowly(request: CompanyRequest, org: str) -> HttpResponse:
    gate.reached.set()
    gate.opened.wait(10)
    return write(request, org)


def write_and_fail(request: CompanyRequest, org: str) -> HttpResponse:
    write(request, org)
    raise ZeroDivisionError


def identity(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Whom the database takes this request for, and what it shows."""
    return JsonResponse({**database_identity(), "seen": sorted(Department.objects.values_list("name", flat=True))})


def database_identity() -> dict[str, str]:
    sql = """SELECT current_user, coalesce(current_setting('app.org_id', true), ''),
                    current_setting('transaction_read_only')"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(zip(("user", "org", "read_only"), cursor.fetchone(), strict=True))


def operator_write(request: HttpRequest) -> HttpResponse:
    org = Organization.objects.get(slug=request.POST.get("org", request.GET.get("org")))
    Team.objects.create(org=org, name=f"written {random_id()}")
    return HttpResponse("written")


def everybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{Membership.objects.count()} {Team.objects.count()}")


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


owner_acts = Mark(Who.OWNER, Kind.ADMINISTRATION)


def door(name: str, mark: Mark, view: Any = write) -> Any:
    """A page of the company at `/o/<org>/test/<name>/`: the same view behind another door, shown and posted to."""

    def opened(request: HttpRequest, org: str) -> HttpResponse:
        answer: HttpResponse = view(request, org=org)
        return answer

    return path(f"o/<slug:org>/test/{name}/", mark.get_and_post(opened), name=f"test_{name}")


urlpatterns = [
    door("read", permissions.member_reads),
    door("tracker-read", permissions.tracker_reads),
    door("administrator-read", permissions.administrator_reads),
    door("product", permissions.tracker_writes),
    door("slow", permissions.tracker_writes, write_slowly),
    door("administration", permissions.administrator_acts),
    door("owner", owner_acts),
    door("own", permissions.member_own),
    door("failing", permissions.tracker_writes, write_and_fail),
    door("identity", permissions.member_reads, identity),
    door("identity-write", permissions.tracker_writes, identity),
    path("test/operator/", permissions.operator.get_and_post(operator_write)),
    path("test/person/", permissions.person.get_and_post(identity)),
    *urls.urlpatterns,
]
