"""PostgreSQL is the wall's second half: a forgotten check cannot write, and a page that reads never does."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from django.db import InternalError
from django.test import Client

from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import undone
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Post = Callable[[Membership, str], int]
Ask = Callable[[Membership, str, str], int]
Count = Callable[[], int]
READ_PAGES = ["read", "tracker-read", "administrator-read"]
ALL_PAGES = [*READ_PAGES, "product", "administration", "owner", "own"]
read_only = pytest.raises(InternalError, match="read-only transaction")


@pytest.fixture
def forgotten_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall's decision is switched off: everybody passes."""
    monkeypatch.setattr("access.wall.rules.refusal", lambda *_: None)


def test_viewer_is_refused_a_product_write(post: Post, viewer: Membership, teams: Count) -> None:
    assert post(viewer, "product") == 403
    assert teams() == 0


def test_refused_write_leaves_the_connection_able_to_write(post: Post, viewer: Membership, member: Membership) -> None:
    """What forbids a write ends with the request, also inside the transaction of a test."""
    assert post(viewer, "product") == 403
    assert post(member, "product") == 200


@pytest.mark.usefixtures("forgotten_check")
@pytest.mark.parametrize("who", ["viewer", "admin", "owner"])
def test_reader_cannot_write_although_the_check_is_forgotten(
    who: str, request: pytest.FixtureRequest, post: Post, member: Membership, teams: Count
) -> None:
    with read_only:
        post(request.getfixturevalue(who), "product")
    assert teams() == 0


@pytest.mark.usefixtures("forgotten_check")
def test_blocked_member_cannot_write_although_the_check_is_forgotten(
    post: Post, member: Membership, teams: Count
) -> None:
    Membership.objects.filter(pk=member.pk).update(blocked_at=member.joined_at)
    with read_only:
        post(member, "product")
    assert teams() == 0


@pytest.mark.usefixtures("forgotten_check")
def test_full_access_does_not_write_in_a_read_only_company_although_the_check_is_forgotten(
    post: Post, org: Organization, member: Membership, teams: Count
) -> None:
    Organization.objects.filter(pk=org.pk).update(debt_due_at=org.trial_ends_at)
    with read_only:
        post(member, "product")
    assert teams() == 0


@pytest.mark.usefixtures("forgotten_check")
def test_control_member_with_full_access_writes_through_the_same_door(
    post: Post, member: Membership, teams: Count
) -> None:
    assert post(member, "product") == 200
    assert teams() == 1


@pytest.mark.usefixtures("forgotten_check", "member")
def test_control_without_the_database_a_forgotten_check_writes(
    post: Post, viewer: Membership, teams: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.wall.middleware.forbid_writes", nullcontext)
    assert post(viewer, "product") == 200
    assert teams() == 1


def test_read_page_never_writes_for_anyone(
    member: Membership, admin: Membership, owner: Membership, ask: Ask, teams: Count, subtests: pytest.Subtests
) -> None:
    for person, door, method in itertools.product((member, admin, owner), READ_PAGES, ("get", "post")):
        with subtests.test(f"{person.role} {method} {door}"):
            if door == "administrator-read" and not person.is_administrator:
                assert ask(person, door, method) == 403
            else:
                with read_only:
                    ask(person, door, method)
            assert teams() == 0


def test_control_without_the_read_only_scope_a_read_page_writes(
    post: Post, member: Membership, teams: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.wall.middleware.company_scope", lambda org_id, **_: company_scope(org_id))
    assert post(member, "read") == 200
    assert teams() == 1


def test_safe_method_never_writes_behind_any_door(
    member: Membership, ask: Ask, teams: Count, subtests: pytest.Subtests
) -> None:
    Membership.objects.filter(pk=member.pk).update(role=Role.OWNER)
    for door, method in itertools.product(ALL_PAGES, ("get", "head")):
        with subtests.test(f"{method} {door}"):
            with read_only:
                ask(member, door, method)
            assert teams() == 0


def test_control_a_post_behind_a_writing_door_writes(
    post: Post, member: Membership, teams: Count, subtests: pytest.Subtests
) -> None:
    Membership.objects.filter(pk=member.pk).update(role=Role.OWNER)
    for door in ("product", "administration", "owner", "own"):
        with subtests.test(door), undone():
            assert post(member, door) == 200
            assert teams() == 1


@pytest.mark.usefixtures("member")
def test_administrator_administers_in_a_read_only_company(
    post: Post, org: Organization, admin: Membership, teams: Count
) -> None:
    Organization.objects.filter(pk=org.pk).update(debt_due_at=org.trial_ends_at)
    assert post(admin, "administration") == 200
    assert teams() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_operators_read_page_never_writes(
    method: str, org: Organization, stranger: User, login: Callable[[User], Client], teams: Count
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    with read_only:
        getattr(login(stranger), method)("/test/operator/", {"org": org.slug})
    assert teams() == 0


def test_operators_page_does_not_exist_for_others(owner: Membership, login: Callable[[Membership], Client]) -> None:
    assert login(owner).get("/test/operator/").status_code == 404


def test_control_without_the_read_only_scope_an_operators_page_writes(
    org: Organization, stranger: User, login: Callable[[User], Client], teams: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    monkeypatch.setattr("access.wall.middleware.platform_scope", lambda **_: platform_scope())
    assert login(stranger).post("/test/operator/", {"org": org.slug}).status_code == 200
    assert teams() == 1
