"""The table of doors: who gets what behind every address, in every state of the company's Tracker, by real requests.

`tests/guards/doors.md` is the frozen table (`door_table.py` reads and writes it); `test_doors.py` compares it with what
requests answer (`door_cases.py` says which). To change it on purpose: `make doors`, then read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.guards.bodies import bodies
from tests.guards.door_cases import Case, Outcomes
from tests.guards.routes import routes
from tests.guards.world import World

OUTCOMES = {
    200: "page",
    204: "page",
    301: "moves on",
    302: "moves on",
    307: "moves on",
    400: "mistakes",
    403: "refused",
    404: "hidden",
    409: "conflict",
    410: "gone",
    422: "mistakes",
}
NOT_THE_COMPANYS = re.compile(
    r'^\s*((INSERT INTO|UPDATE|DELETE FROM)\s+"?(django_session|users_cache)'
    r'|(INSERT INTO|UPDATE)\s+"?usersessions_usersession)\b',  # "last active"; an ended session is deleted, and seen
    re.I,
)
WRITE = re.compile(r"^\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT|UPDATE|DELETE))\b", re.I | re.S)


class Watch:
    """Notes whether a request changed rows of the product (sessions, their last activity and limits are nobody's)."""

    def __init__(self) -> None:
        self.written = False

    def __call__(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        result = execute(sql, *args)
        self.written |= bool(WRITE.match(sql) and not NOT_THE_COMPANYS.match(sql))
        return result


def outcome(client: Client, method: str, url: str, body: dict[str, Any]) -> str:
    """What the request ends in; whatever it wrote is undone."""
    watch, cookies = Watch(), client.cookies.copy()
    try:
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = client.post(url, body) if method == "POST" else client.get(url)
            transaction.set_rollback(True)
    except Exception as error:
        return f"ERROR {type(error).__name__}"
    finally:
        client.cookies = cookies  # a logout is undone, too
    return name_of(response, written=watch.written)


def name_of(response: Any, *, written: bool) -> str:
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return "login"
    said = OUTCOMES.get(response.status_code, f"ERROR {response.status_code}")
    if not written:
        return said
    return "writes" if said in {"page", "moves on"} else f"ERROR {said}, but wrote"


def ask(world: World, cases: Iterable[Case]) -> dict[Case, str]:
    """The outcome of each case, asked for real in a world that is in the cases' state."""
    by_name, posted = {route.name: route for route in routes()}, bodies(world)
    return {
        case: outcome(
            world.people[case.role],
            case.method,
            world.url(by_name[case.route], case.of),
            posted.get(case.route, {}),
        )
        for case in cases
    }


def difference(frozen: Outcomes, measured: Outcomes) -> list[str]:
    """One line for each case whose outcome is not as frozen."""
    return sorted(
        f"{case.method} {case.route} {case.of}, {case.state}: {case.role} gets {got!r}, frozen is {frozen.get(case)!r}"
        for case, got in measured.items()
        if got != frozen.get(case)
    )


def missing(frozen: Outcomes, cases: Iterable[Case]) -> list[str]:
    """One line for each row that the table lacks, and for each that it has of no such page."""
    asked = set(cases)
    lacking = {f"{case.method} {case.route} {case.of}: not in the table" for case in asked - frozen.keys()}
    stale = {
        f"{case.method} {case.route} {case.of}: in the table, but there is no such page"
        for case in frozen.keys() - asked
    }
    return sorted(lacking | stale)


def errors(found: Outcomes) -> set[str]:
    """Pages that break for somebody."""
    fine = {*OUTCOMES.values(), "login", "writes"}
    return {f"{case.method} {case.route}" for case, got in found.items() if got not in fine}


def words(response: HttpResponse) -> bytes:
    """A page without what differs from one request to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|\w{4}-\w{4}\b', b"", response.content)
