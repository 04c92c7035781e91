"""A page holds for the instant and the person it was drawn for: nobody may keep it and show it again unasked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State

pytestmark = pytest.mark.django_db
Login = Callable[[Any], Client]


def assert_asked_for_again(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert {word.strip() for word in response["Cache-Control"].split(",")} >= {"private", "no-cache"}


def assert_no_answer_is_kept(client: Client, org: Organization) -> None:
    home = f"/o/{org.slug}"
    assert_asked_for_again(client, f"{home}/", 200)
    assert_asked_for_again(client, f"{home}/issues/new/", 403)
    assert_asked_for_again(client, "/o/no-such-company/", 404)
    assert_asked_for_again(client, "/companies/", 302)
    assert_asked_for_again(Client(), f"{home}/", 302)
    Organization.objects.filter(pk=org.pk).update(state=State.DELETED)
    assert_asked_for_again(client, f"{home}/issues/", 410)


def test_no_answer_is_kept(login: Login, org: Organization, viewer: Membership) -> None:
    assert_no_answer_is_kept(login(viewer), org)


def test_control_without_the_header_answers_are_kept(
    login: Login, org: Organization, viewer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.wall.middleware.ASK_AGAIN", "public")
    with pytest.raises(AssertionError):
        assert_no_answer_is_kept(login(viewer), org)
