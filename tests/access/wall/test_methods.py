"""A view names its methods; any other is 405 for everybody, before anything is looked at (design rule 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.views import email_verification_sent
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.factories import make_company
from tests.guards.routes import routes
from tests.guards.states import WRITABLE
from tests.guards.world import build_world
from tracker_portal.checks import every_view_is_marked, views
from users import permissions

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
Login = Callable[[Any], Client]


def refused(client: Client, method: str, url: str) -> bool:
    """Whether the answer is 405, with the page that says so."""
    response = client.generic(method, url)
    return response.status_code == 405 and (method == "HEAD" or b"This address is no page" in response.content)


@pytest.mark.parametrize(
    "everything", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["by turns", "everything"]
)
def test_method_that_a_mark_does_not_name_is_405(everything: bool, settings: Any) -> None:
    """Of every mark each method, behind every door one, by turns of nobody and of the owner."""
    settings.ROOT_URLCONF = "tracker_portal.urls"
    world, known, let_in = build_world(WRITABLE), set(), []
    for number, route in enumerate(routes()):
        others = [method for method in METHODS if method not in route.door.methods]
        asked = others if everything or route.door not in known else [others[number % len(others)]]
        for role in ("nobody", "owner") if everything else [("nobody", "owner")[number % 2]]:
            let_in += [f"{it} {route.name}" for it in asked if not refused(world.people[role], it, world.url(route))]
        known.add(route.door)
    assert let_in == []


def test_foreign_and_absent_company_are_the_same_405(client: Client, login: Login, owner: Membership) -> None:
    for who in (client, login(owner)):
        assert refused(who, "POST", f"/o/{make_company('Southwind Foods').slug}/people/")
        assert refused(who, "POST", "/o/no-such-company/people/")


def test_control_a_method_that_a_mark_names_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = replace(permissions.anyone, methods=frozenset(METHODS))
    monkeypatch.setattr("users.permissions.mark_of", lambda view: everything)
    assert not refused(client, "OPTIONS", "/healthz")


def test_answer_names_the_methods_that_there_are(org: Organization, login: Login, owner: Membership) -> None:
    assert login(owner).get(f"/o/{org.slug}/tracker/settings/activate/")["Allow"] == "POST"
    assert login(owner).post(f"/o/{org.slug}/people/")["Allow"] == "GET, HEAD"


def test_head_is_open_wherever_get_is() -> None:
    assert {
        route.name for route in routes() if ("GET" in route.door.methods) != ("HEAD" in route.door.methods)
    } == set()


def test_mark_of_a_library_names_what_its_view_answers() -> None:
    """The table of marks says no more and no less than the class can do."""
    found = {
        view: permissions.mark_of(view)
        for path, view in views()
        if hasattr(view, "view_class") and "allauth" in view.__module__
    }
    assert len(found) > 15
    for view, door in found.items():
        answers = {method for method in ("GET", "POST") if hasattr(view.view_class, method.lower())}
        assert door is not None
        assert door.methods - {"HEAD"} == answers, view
    assert permissions.mark_of(email_verification_sent) == permissions.anyone.get_and_post


def test_mark_that_names_no_method_stops_the_start_and_is_named(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.unmarked_urls"
    with pytest.raises(
        SystemCheckError, match=r"methodless/ has a mark that names no method.*unmarked_urls\.methodless"
    ):
        call_command("check")
    assert len(every_view_is_marked()) == 2


def test_mark_that_names_no_method_is_shut_to_everybody(settings: Any, login: Login, owner: Membership) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.unmarked_urls"
    assert all(refused(login(owner), method, "/methodless/") for method in METHODS)
