"""Wrong input at every address: an answer in our design that says no, never an error of ours.

Addresses come from the URL table, names of parameters and fields from the sources, so that new ones are tried, too.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client

from issues.listing.filters import Filters as IssueFilters
from orgs.people.address_book import Filters as PeopleFilters
from tests.guards.bodies import bodies
from tests.guards.project import sources
from tests.guards.routes import Route, routes
from tests.guards.states import WRITABLE
from tests.guards.world import World, build_world

pytestmark = pytest.mark.django_db

FINE = {200, 302, 400, 403, 404, 405, 409, 410, 413}
FORM = "application/x-www-form-urlencoded"


def cursor(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


# What a parameter or a field may hold.
WORDS = {
    "nothing": "",
    "NUL": "a\0b",
    "long": "x" * 4_000,
    "negative": "-1",
    "huge": "9" * 30,
    "digits beyond int": "9" * 5_000,
    "other digits": "١٢٣",
    "no date": "2026-02-31",
    "markup": "<script>alert(1)</script>",
    "operators": "& | ! ( : * ' \" \\ %",
    "surrogate": "\ud800",
}
CURSORS = {
    "word": "x",
    "nothing": cursor([]),
    "numbers": cursor([10**30, 10**30]),
    "NULs": cursor(["\0", "\0"]),
    "surrogates": cursor(["\ud800", "\ud800"]),
    "words": cursor(["x", "x"]),
    "instants": cursor(["2026-01-01T00:00:00Z", 1]),
    "out of time": cursor(["9999-12-31T23:59:59-23:59", 1]),
    "truth": cursor([True, None]),
    "one": cursor(["x"]),
    "a huge one": cursor([10**30]),
    "depth": base64.urlsafe_b64encode(b"[" * 2_000).decode(),
}
MILLION = {"a million": "x" * 10**6}
FIELDS = ("NUL", "huge", "no date", "surrogate")  # for one field of a right form


def parameters() -> set[str]:
    """Names that the code reads from a query string, whichever way it is called there; the cursor apart."""
    read = re.compile(r"""(?:GET|query|params|data|asked)(?:\.get|\.getlist)?[\[(]\s*["'](\w+)["']""")
    names = {name for text in sources().values() for name in read.findall(text)}
    filters = {field.name for kind in (IssueFilters, PeopleFilters) for field in fields(kind)}
    return names - {"after", "before"} | filters | {"choose", "trial"}


def field_names() -> set[str]:
    """Names of all fields of all forms, ours and those of allauth."""

    def forms(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
        for form in base.__subclasses__():
            yield form
            yield from forms(form)

    assert our_routes()  # the URL table imports the views, and they the forms
    found = {name for form in forms(BaseForm) for name in getattr(form, "base_fields", {})}
    return found | {"next", "theme", "action_add", "action_remove", "action_primary"}


def test_names_were_found() -> None:
    assert {"q", "queue", "seats", "status"} <= parameters()
    assert {"company_name", "summary", "text", "token", "version", "email", "password1"} <= field_names()


def encoded(names: set[str], value: str) -> str:
    """Every name twice, with the same value."""
    return urlencode([(name, value) for name in sorted(names) for _ in range(2)], errors="surrogatepass")


def our_routes() -> list[Route]:
    return [route for route in routes() if not route.path.startswith("/operator/")]


def who(route: Route) -> str:
    return "owner" if route.door.in_company or "me/" in route.path or "companies/" in route.path else "nobody"


def complaint(client: Client, method: str, url: str, **more: Any) -> str:
    """Empty when the answer is one of ours; what the request wrote is undone."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            response = client.generic(method, url, **more)
            transaction.set_rollback(True)
    except Exception as error:  # the test client raises what would be a 500
        return f"{type(error).__name__}: {str(error)[:120]}"
    finally:
        client.cookies = cookies
    return verdict(response)


def verdict(response: Any) -> str:
    if response.status_code not in FINE:
        return f"status {response.status_code}"
    text = response.content.decode(errors="replace")  # a PDF is no text
    if response.status_code >= 400 and 'class="top"' not in text and "entrance" not in text:
        return f"a bare page for status {response.status_code}: {text[:80]!r}"
    return "markup came through" if "<script>alert(1)" in text else ""


@pytest.fixture
def world() -> World:
    return build_world(WRITABLE)


def test_wrong_parameters_are_answered(world: World) -> None:
    said = {}
    queries = {name: encoded(parameters(), value) for name, value in WORDS.items()}
    queries |= {f"after {name}": encoded({"after"}, value) for name, value in CURSORS.items()}
    for route in our_routes():
        if world.people[who(route)].get(world.url(route)).status_code != 200:
            continue
        for name, query in queries.items():
            if found := complaint(world.people[who(route)], "GET", f"{world.url(route)}?{query}"):
                said[f"{route.name}: {name}"] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_wrong_fields_are_answered(world: World) -> None:
    said = {}
    bodies = {name: encoded(field_names(), value) for name, value in WORDS.items()}
    bodies["a million"] = encoded({"text", "summary", "email"}, MILLION["a million"])
    for route in our_routes():
        if "POST" not in route.methods:
            continue
        for name, body in bodies.items():
            if found := complaint(world.people[who(route)], "POST", world.url(route), data=body, content_type=FORM):
                said[f"{route.name}: {name}"] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_one_wrong_field_in_a_right_form_is_answered(world: World) -> None:
    """The others are right, so it goes as deep as it can."""
    said, right = {}, bodies(world)
    values = {name: WORDS[name] for name in FIELDS} | MILLION
    for route in our_routes():
        for field in right.get(route.name, {}):
            for name, value in values.items():
                body = urlencode(right[route.name] | {field: value}, errors="surrogatepass")
                if found := complaint(world.people["owner"], "POST", world.url(route), data=body, content_type=FORM):
                    said[f"{route.name} {field}: {name}"] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_other_methods_are_answered(world: World) -> None:
    said = {
        f"{method} {route.name}": found
        for route in our_routes()
        for method in ("PUT", "DELETE", "OPTIONS", "NONSENSE")
        if (found := complaint(world.people[who(route)], method, world.url(route), data="{", content_type="text/plain"))
    }
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


HEADERS = [
    {"HTTP_REFERER": "http://[::1"},
    {"HTTP_REFERER": "\0\xed\xa0\x80"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "a b"},
    {"HTTP_COOKIE": "sessionid=\0; theme=<script>; csrftoken=\xed\xa0\x80"},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 2_000},
    {"HTTP_X_FORWARDED_FOR": "not an address"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=\0"},
    {"CONTENT_TYPE": "multipart/form-data"},
    {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=nonsense"},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "many"},
]


def test_wrong_headers_are_answered(world: World) -> None:
    names = (
        "home",
        "account_login",
        "tracker_portal:company",
        "issues:issue_list",
        "issues:comment_add",
        "orgs:company_create",
    )
    said = {
        f"{method} {route.name} {headers}": found
        for route in our_routes()
        if route.name in names
        for headers in HEADERS
        for method in ("GET", "POST")
        for client in [Client() if "HTTP_COOKIE" in headers else world.people[who(route)]]
        if (found := complaint(client, method, world.url(route), data="text=x", **headers))
    }
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


PATHS = [
    "/%00/",
    "/o/%00/",
    "/o/x%ff/",
    "/login/reset/1-%00/",
    "/login/reset/zzzzzzzzzzzzzzzz-x/",
    "/o//",
    "/" + "x/" * 2_000,
]


def test_wrong_paths_are_answered(world: World) -> None:
    assert {path: complaint(world.people["owner"], "GET", path) for path in PATHS} == dict.fromkeys(PATHS, "")


def test_too_much_is_answered(world: World) -> None:
    big = world.people["owner"].post("/companies/new/", "x" * 6_000_000, content_type=FORM)
    many = world.people["owner"].post("/companies/new/", "&".join(f"a{n}=1" for n in range(4_000)), content_type=FORM)
    assert (big.status_code, verdict(big)) == (413, "")
    assert (many.status_code, verdict(many)) == (400, "")


def test_control_a_bare_page_and_an_error_are_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.people["owner"]
    monkeypatch.setattr("orgs.lists.paging.decode", int)  # raises ValueError
    assert "ValueError" in complaint(client, "GET", "/companies/?choose&after=x")
    assert "bare page" in verdict(HttpResponse("No.", status=404))
