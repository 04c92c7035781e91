"""Wrong parameters at the operator's pages: Django's lists take every field of a row with every kind of look-up."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.guards.routes import Route, routes
from tests.guards.states import WRITABLE
from tests.guards.world import World, build_world
from tests.guards.wrong_input import WORDS, complaint
from tracker_portal.web.operator_site import site

pytestmark = pytest.mark.django_db

OF_EVERY_LIST = ("q", "o", "p", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters", "nonsense")
WRONG = ("NUL", "negative", "huge", "surrogate", "markup")
TURNS = 4
LOOK_UPS = {  # and what is none of their values
    "exact": "a\0b",
    "gt": "9" * 30,
    "year": "99999",
    "date": "2026-02-31",
    "range": "x",
    "in": "a\0b,\0",
    "regex": "(",
    "isnull": "maybe",
    "nonsense": "1",
}
LISTS = {f"operator:{model._meta.app_label}_{model._meta.model_name}_changelist": model for model in site._registry}

OTHERS = {*LISTS, "/operator/<url>"}  # the latter leads on to the address with a slash


def queries(route: Route) -> Iterator[dict[str, str]]:
    for name in OF_EVERY_LIST:
        yield from ({name: WORDS[word]} for word in WRONG)
    fields = LISTS[route.name]._meta.get_fields()
    for field in fields:
        yield from ({f"{field.name}__{look_up}": value} for look_up, value in LOOK_UPS.items())


@pytest.fixture
def world() -> World:
    return build_world(WRITABLE)


@pytest.mark.parametrize(
    "everything", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["by turns", "everything"]
)
def test_wrong_parameters_of_lists_are_answered(world: World, everything: bool) -> None:
    """Of all parameters of all lists one of four; as each list and field has another number of them, all have turns."""
    said, lists = {}, [route for route in routes() if route.name in LISTS]
    every_query = [(route, query) for route in lists for query in queries(route)]
    assert len(every_query) > 500
    for route, query in every_query[:: 1 if everything else TURNS]:
        url = f"{world.url(route)}?{urlencode(query, errors='surrogatepass')}"
        if found := complaint(world.people["operator"], "GET", url):
            said[url] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_wrong_parameters_of_other_pages_are_answered(world: World) -> None:
    said = {}
    for route in routes():
        if route.path.startswith("/operator/") and "GET" in route.methods and not {route.name, route.path} & OTHERS:
            for name in OF_EVERY_LIST:
                url = f"{world.url(route)}?{urlencode({name: WORDS['NUL']})}"
                if found := complaint(world.people["operator"], "GET", url):
                    said[url] = found
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_password_is_no_filter(world: World) -> None:
    """Its digest would be told letter by letter, by how many are found."""
    client = world.people["operator"]
    assert client.get("/operator/users/user/?password__startswith=a").status_code == 400
    assert client.get("/operator/orgs/organization/?state__exact=trial&q=north&o=1").status_code == 200  # the control


@pytest.mark.parametrize("query", ["state__exact=%00", "created_at__year=99999"])
def test_control_a_list_that_lets_errors_through_is_noticed(
    world: World, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker_portal.web.operator_site.WRONG_ADDRESS", ())
    monkeypatch.setattr("tracker_portal.web.operator_site.refuse_other_look_ups", lambda *_: None)
    assert complaint(world.people["operator"], "GET", f"/operator/orgs/organization/?{query}")
