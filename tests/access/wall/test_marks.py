"""A view without a mark is shut, and stops the start with its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.base import views as mfa
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from orgs.tenancy.membership_models import Membership
from tracker_portal.checks import every_view_is_marked
from users import permissions
from users.permissions import Who

pytestmark = pytest.mark.django_db


def test_view_without_a_mark_stops_the_start_and_is_named(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.unmarked_urls"
    with pytest.raises(
        SystemCheckError, match=r"tracker\.E001.*nested/forgotten/.*tests\.access\.wall\.unmarked_urls\.forgotten"
    ):
        call_command("check")
    assert {error.id for error in every_view_is_marked()} == {"tracker.E001"}


def test_control_marked_views_start(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.marked_urls"
    call_command("check")


def test_view_without_a_mark_is_shut_to_everybody(
    settings: object, login: Callable[[Membership], Client], owner: Membership
) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.unmarked_urls"
    for client in (Client(), login(owner)):
        assert client.get("/nested/forgotten/").status_code == 403
        assert client.post("/nested/forgotten/").status_code == 403


def test_control_the_same_view_with_a_mark_is_open(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.marked_urls"
    assert Client().get("/nested/forgotten/").content == b"open"


def test_modules_that_are_marked_as_a_whole_are_libraries() -> None:
    """Nothing of ours may be opened by its module's name; what is marked for anyone is named here."""
    assert {prefix.split(".")[0] for prefix in permissions.MODULES} == {"allauth", "django"}
    assert {prefix for prefix, door in permissions.MODULES.items() if door.who == Who.ANYONE} == {
        "allauth.account.",
        "allauth.account.views.AccountInactiveView",
        "allauth.account.views.PasswordResetDoneView",
        "allauth.account.views.PasswordResetFromKeyDoneView",
        "allauth.mfa.base.views.AuthenticateView",
        "allauth.mfa.webauthn.views.LoginWebAuthnView",
        "django.contrib.staticfiles.",
    }
    assert {door.who for door in permissions.MODULES.values()} == {Who.ANYONE, Who.PERSON}


def test_view_of_a_library_is_marked_by_its_class_before_its_module() -> None:
    assert permissions.mark_of(mfa.authenticate) == permissions.anyone.get_and_post
    assert permissions.mark_of(mfa.reauthenticate) == permissions.person.get_and_post
    assert permissions.mark_of(mfa.index) == permissions.person.get_and_post
