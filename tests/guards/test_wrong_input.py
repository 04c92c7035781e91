"""Wrong input at every address: an answer in our design that says no, never an error of ours.

Addresses come from the URL table, names of parameters and fields from the sources, so that new ones are tried, too.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from urllib.parse import urlencode

import pytest
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
from tests.guards.wrong_input import WORDS, complaint, noted_names, verdict

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def cursor(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


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
FIRST = ("markup", "surrogate")  # what every page is tried with, though it asks for nothing
PAGED = {"after", "before"}
TURNS = 3  # lists that are tried with all cursors together
OTHER_METHODS = ("PUT", "DELETE", "OPTIONS", "NONSENSE")
by_turns = pytest.mark.parametrize(
    "everything", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["by turns", "everything"]
)


def parameters() -> set[str]:
    """Names that the code reads from a query string, whichever way it is called there; the cursor apart."""
    read = re.compile(r"""(?:GET|query|params|data|asked)(?:\.get|\.getlist)?[\[(]\s*["'](\w+)["']""")
    names = {name for text in sources().values() for name in read.findall(text)}
    filters = {field.name for kind in (IssueFilters, PeopleFilters) for field in fields(kind)}
    return names - PAGED | filters | {"choose", "trial"}


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


@pytest.fixture
def world() -> World:
    return build_world(WRITABLE)


@by_turns
def test_wrong_parameters_are_answered(world: World, everything: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is tried with two of the words; with all, when it asks for a name that no page before it asked for."""
    said, known = {}, set()
    words = {name: encoded(parameters(), value) for name, value in WORDS.items()}
    cursors = {f"after {name}": encoded({"after"}, value) for name, value in CURSORS.items()}
    for number, route in enumerate(our_routes()):
        client, url = world.people[who(route)], world.url(route)
        with noted_names(monkeypatch) as names:
            if client.get(url).status_code != 200:
                continue
            found = {name: complaint(client, "GET", f"{url}?{words[name]}") for name in FIRST}
        more = words if everything or names & parameters() - known else {}
        if names & PAGED:
            more = more | dict(list(cursors.items())[slice(None) if everything else slice(number % TURNS, None, TURNS)])
        found |= {name: complaint(client, "GET", f"{url}?{query}") for name, query in more.items() if name not in found}
        said |= {f"{route.name}: {name}": what for name, what in found.items() if what}
        known |= names
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


@by_turns
def test_wrong_fields_are_answered(world: World, everything: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every form is tried with two of the words; with all, when it asks for a field that no form before it asked for."""
    said, known = {}, set()
    bodies = {name: encoded(field_names(), value) for name, value in WORDS.items()}
    bodies["a million"] = encoded({"text", "summary", "email"}, MILLION["a million"])
    for route in (route for route in our_routes() if "POST" in route.methods):
        post = partial(complaint, world.people[who(route)], "POST", world.url(route), content_type=FORM)
        with noted_names(monkeypatch) as names:
            found = {name: post(data=bodies[name]) for name in FIRST}
        more = bodies if everything or names & field_names() - known else {}
        found |= {name: post(data=body) for name, body in more.items() if name not in found}
        said |= {f"{route.name}: {name}": what for name, what in found.items() if what}
        known |= names
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_what_a_page_asks_for_is_noted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, home = world.people["owner"], f"/o/{world.org.slug}/"
    with noted_names(monkeypatch) as names:
        owner.get(f"{home}issues/")
        assert {"q", "after", "status"} <= names
        owner.post(f"{home}access/teams/new/", urlencode({"name": ""}), content_type=FORM)
        assert "name" in names
    with noted_names(monkeypatch) as names:
        owner.get("/healthz?q=1")
    assert names == set()


@by_turns
def test_one_wrong_field_in_a_right_form_is_answered(world: World, everything: bool) -> None:
    """The others are right, so it goes as deep as it can."""
    said, right = {}, bodies(world)
    values = {name: WORDS[name] for name in FIELDS} | MILLION
    every_field = [(route, field) for route in our_routes() for field in right.get(route.name, {})]
    for number, (route, field) in enumerate(every_field):
        for name in values if everything else [list(values)[number % len(values)]]:
            body = urlencode(right[route.name] | {field: values[name]}, errors="surrogatepass")
            if found := complaint(world.people["owner"], "POST", world.url(route), data=body, content_type=FORM):
                said[f"{route.name} {field}: {name}"] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


@by_turns
def test_other_methods_are_answered(world: World, everything: bool) -> None:
    said = {
        f"{method} {route.name}": found
        for number, route in enumerate(our_routes())
        for method in (OTHER_METHODS if everything else [OTHER_METHODS[number % len(OTHER_METHODS)]])
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
