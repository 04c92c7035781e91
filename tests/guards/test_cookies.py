"""Every cookie goes over https alone where the product is served so."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories import UserFactory
from tests.guards.project import trees
from users.login import browsers


def calls() -> list[tuple[str, ast.Call]]:
    """Every call that sets a cookie."""
    return [
        (path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"set_cookie", "set_signed_cookie"}
    ]


def test_every_cookie_follows_the_setting() -> None:
    found = calls()
    assert len(found) >= 2
    wanted = ("secure", "settings.SECURE")
    without = [
        f"{path}:{call.lineno}"
        for path, call in found
        if wanted not in {(keyword.arg, ast.unparse(keyword.value)) for keyword in call.keywords}
    ]
    assert without == []


def test_cookies_of_the_framework_follow_it() -> None:
    names = [name for name in dir(configured) if name.endswith("_COOKIE_SECURE")]
    assert {"SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"} <= set(names)
    assert {getattr(configured, name) for name in names} == {configured.SECURE}


@pytest.mark.django_db
@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_secure_where_the_origin_is(settings: Any, secure: bool) -> None:
    settings.SECURE = secure
    response, request = HttpResponse(), RequestFactory().get("/")
    browsers.remember(request, response, UserFactory())
    assert [bool(cookie["secure"]) for cookie in response.cookies.values()] == [secure]
