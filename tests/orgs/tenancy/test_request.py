"""A company is entered through one's membership, by whatever name the request gives it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from access.members import members
from access.wall import middleware
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest, company_of, find_member
from tests.factories import UserFactory, add_member
from users.accounts.request import UserRequest
from users.permissions import Kind, Mark, Who

pytestmark = pytest.mark.django_db

READS = Mark(Who.MEMBER, Kind.READ).get


def by_header(request: UserRequest) -> Callable[..., Membership | None]:
    """As the API will name its company: by an id, in a header."""
    number = request.headers.get("X-Org-Id", "")
    return lambda user: Membership.objects.filter(org=number, user=user, ended_at=None).first()


def who(request: CompanyRequest) -> HttpResponse:
    return HttpResponse(f"{request.org.slug} {request.membership.pk} {request.now.tzinfo} {request.may_write}")


def test_only_who_is_in_the_company_is_found(org: Organization, viewer: Membership, outsider: Membership) -> None:
    assert find_member(viewer.user, org.slug) == viewer
    assert find_member(outsider.user, org.slug) is None
    assert find_member(viewer.user, outsider.org.slug) is None
    assert find_member(viewer.user, "no-such-company") is None
    assert find_member(UserFactory(), org.slug) is None


def test_who_is_blocked_is_found_and_who_is_removed_is_not(org: Organization, owner: Membership) -> None:
    blocked, removed = add_member(org), add_member(org)
    members.block(member=blocked, reason="", actor=owner, now=timezone.now())
    members.remove(member=removed, actor=owner, now=timezone.now())
    assert find_member(blocked.user, org.slug) == blocked
    assert find_member(removed.user, org.slug) is None


def test_a_header_enters_the_same_company(org: Organization, viewer: Membership, outsider: Membership) -> None:
    request = RequestFactory().get("/", headers={"X-Org-Id": str(org.pk)})
    request.user = viewer.user
    assert company_of(request) is None
    answer = middleware.enter_company(request, who, READS, {}, by_header(request))
    assert answer.content.decode() == f"{org.slug} {viewer.pk} UTC False"
    assert company_of(request) is request
    request.user = outsider.user
    with pytest.raises(Http404):
        middleware.enter_company(request, who, READS, {}, by_header(request))


def test_a_page_of_no_company_has_none(client: Client) -> None:
    context = client.get("/").context
    assert (context["company"], context["membership"], context["may_write"]) == (None, None, False)
