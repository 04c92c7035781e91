"""The table of doors: who gets what behind every address, in every state of the company's Tracker.

`tests/guards/doors.md` is the frozen table; `test_doors.py` compares it with what real requests answer. To change it on
purpose: `WRITE_DOORS=1 python -m pytest tests/guards/test_doors.py -n 0`, then read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.guards.bodies import bodies
from tests.guards.routes import Route, company_routes, public_routes
from tests.guards.states import FOR_OBJECTS, GROUPS, READ_ONLY, STATES, SUBSCRIBED
from tests.guards.world import ABSENT, FOREIGN, OWN, World

FROZEN = Path(__file__).with_name("doors.md")
METHODS = ("GET", "POST")
COMPANY_ROLES = ("nobody", "stranger", "outsider", "viewer", "member", "administrator", "owner", "blocked", "removed")
PUBLIC_ROLES = ("nobody", "stranger", "owner", "operator")


# --- what happens -----------------------------------------------------------------------------------------
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


Key = tuple[str, str, str]  # method, name of the route, own or foreign or absent
Cells = dict[Key, tuple[str, ...]]  # an outcome for each role


def company_cells(world: World, state: str) -> Cells:
    """Every company page × method × role × object, asked for real."""
    cells: Cells = {}
    posted = bodies(world)
    for route in company_routes():
        whiches = [OWN, FOREIGN, ABSENT] if route.names_an_object and state in FOR_OBJECTS else [OWN]
        for which in whiches:
            url = world.url(route, which)
            for method in route.methods:
                body = posted.get(route.name, {})
                cells[method, route.name, which] = tuple(
                    outcome(world.people[role], method, url, body) for role in COMPANY_ROLES
                )
    return cells


def public_cells(world: World) -> Cells:
    """Every page of no company × method × role."""
    return {
        (method, route.name, OWN): tuple(
            outcome(world.people[role], method, world.url(route), bodies(world).get(route.name, {}))
            for role in PUBLIC_ROLES
        )
        for route in public_routes()
        for method in route.methods
    }


# --- the file ---------------------------------------------------------------------------------------------
Table = dict[str, Cells]  # by state
PUBLIC = "public"

HEAD = """# Doors

Who gets what behind every address. Written by `tests/guards/doors.py`, compared with real requests by
`tests/guards/test_doors.py`; a change here is a change of the product's rights.

**Who comes.** *nobody*: not logged in. *stranger*: logged in, in no company. *outsider*: owns another company.
*viewer*: an employee with Read only access. *member*: an employee with Full access. *administrator*, *owner*: with
Read only access. *blocked*, *removed*: formerly with Full access. *operator*: runs the service.

**What they get.** *page*: it opens. *writes*: it is done, rows were changed. *moves on*: sent to another page, nothing
changed. *mistakes*: the form has errors (the door itself was open). *login*: asked to log in, or to show again who one is. *refused*: a page that
says why not. *hidden*: the same "not found" as for something that does not exist. *gone*: the data was deleted.
Behind each address stand the methods of its mark; by any other, whoever asks is told that it is no method of this address.

**When.** *Tracker is on*: from the activation to a deactivation or deletion. *Read only for all*: on, and nobody may
write: {READ_ONLY}. *subscribed*: people with Full access write: {SUBSCRIBED}. "Stored as" means that the jobs are late:
what counts is the clock.

**Of whom.** The *own* company's object, a *foreign* one (it exists in another company) or an *absent* one.
"""


def render(table: Table) -> str:
    """The whole file."""
    named = {"READ_ONLY": "; ".join(READ_ONLY), "SUBSCRIBED": "; ".join(SUBSCRIBED)}
    parts = [HEAD.format(**named), "## Pages of a company\n"]
    for route in company_routes():
        parts.append(section(route, company_rows(route, table), ("state of Tracker", *COMPANY_ROLES)))
    parts.append("## Pages of no company\n")
    for route in public_routes():
        rows = [(method, OWN, "", *table[PUBLIC][method, route.name, OWN]) for method in route.methods]
        parts.append(section(route, rows, ("", *PUBLIC_ROLES)))
    return "\n".join(parts)


def section(route: Route, rows: list[tuple[str, ...]], columns: tuple[str, ...]) -> str:
    door = route.door
    mark = f"{door.who.value}, {door.kind.value}" + (", shows Tracker's data" if door.tracker else "")
    mark += ", asks again who it is" if door.again else ""
    mark += f" · {', '.join(sorted(door.methods))}"
    head = ("method", "of", *columns)
    lines = [f"### {route.name}\n", f"`{route.path}` · {mark}\n", line(head), "|" + "---|" * len(head)]
    return "\n".join([*lines, *map(line, rows)]) + "\n"


def line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def grouped(names: list[str]) -> str:
    """States as text, with a group's name instead of all its states."""
    texts, left = [], set(names)
    for group, members in GROUPS.items():
        if left.issuperset(members):
            texts.append(group)
            left -= set(members)
    return "; ".join([*texts, *(name for name in names if name in left)])


def expanded(text: str) -> list[str]:
    return [state for name in text.split("; ") for state in GROUPS.get(name, (name,))]


def company_rows(route: Route, table: Table) -> list[tuple[str, ...]]:
    """Lines of one page; states with the same outcomes share a line."""
    rows = []
    for method in route.methods:
        for which in (OWN, FOREIGN, ABSENT):
            groups: dict[tuple[str, ...], list[str]] = {}
            for state in STATES:
                if cells := table[state].get((method, route.name, which)):
                    groups.setdefault(cells, []).append(state)
            rows += [(method, which, grouped(names), *cells) for cells, names in groups.items()]
    return rows


def frozen() -> Table:
    """The table of the file, by state."""
    table: Table = {state: {} for state in (*STATES, PUBLIC)}
    route = ""
    for text in FROZEN.read_text().splitlines():
        if text.startswith("### "):
            route = text.removeprefix("### ").strip()
        cells = [cell.strip() for cell in text.strip("|").split("|")] if text.startswith("| ") else []
        if cells and cells[0] in METHODS:
            method, which, names, *outcomes = cells
            for state in expanded(names) if names else [PUBLIC]:
                assert (method, route, which) not in table[state], f"twice in the table: {text}"
                table[state][method, route, which] = tuple(outcomes)
    return table


def difference(expected: Cells, actual: Cells, roles: tuple[str, ...]) -> list[str]:
    """One line for each cell, row or route that is not as frozen."""
    lines = [f"{' '.join(key)}: not in the table" for key in actual.keys() - expected.keys()]
    lines += [f"{' '.join(key)}: in the table, but there is no such page" for key in expected.keys() - actual.keys()]
    for key in expected.keys() & actual.keys():
        cells = zip(roles, expected[key], actual[key], strict=True)
        lines += [
            f"{' '.join(key)}: {role} gets {got!r}, frozen is {want!r}" for role, want, got in cells if want != got
        ]
    return sorted(lines)


def closing(response: HttpResponse) -> bytes:
    """A page without what differs from one request to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|\w{4}-\w{4}\b', b"", response.content)
