"""The file of the table of doors, `tests/guards/doors.md`: one row a door, and under it the rows of its exceptions."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.guards.door_cases import COMPANY_ROLES, NO_COMPANY, PUBLIC_ROLES, Case, Outcomes, roles
from tests.guards.routes import Route, company_routes, public_routes
from tests.guards.states import FOR_OBJECTS, GROUPS, READ_ONLY, STATES, SUBSCRIBED
from tests.guards.world import ABSENT, FOREIGN, OWN

FROZEN = Path(__file__).with_name("doors.md")
HEAD = """# Doors

Who gets what behind every address. Written by `make doors` (`tests/guards/door_table.py`), compared with real requests
by `tests/guards/test_doors.py`; a change here is a change of the product's rights.

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

**Of whom.** The *own* company's object, a *foreign* one (it exists in another company) or an *absent* one; the last two
are asked in {FOR_OBJECTS}.

**How to read it.** A door's first row holds in every state, for the own object. The rows under it say where it is
otherwise; where such a row is empty, the first one holds. A row that names no state holds in all that no other names.
"""
FIRST_COLUMNS = ("door", "address", "mark", "method")
PLACE_COLUMNS = ("of", "state of Tracker")

Row = tuple[str, ...]  # outcomes, one for each role


class Line(NamedTuple):
    """Outcomes behind one door by some methods, of some objects, in some states."""

    methods: str
    of: str
    states: str
    outcomes: Row


# --- written ----------------------------------------------------------------------------------------------
def render(table: Outcomes) -> str:
    """The whole file."""
    named = {
        "READ_ONLY": "; ".join(READ_ONLY),
        "SUBSCRIBED": "; ".join(SUBSCRIBED),
        "FOR_OBJECTS": "; ".join(FOR_OBJECTS),
    }
    lines = [HEAD.format(**named), "## Pages of a company\n", *head(*FIRST_COLUMNS, *PLACE_COLUMNS, *COMPANY_ROLES)]
    for route in company_routes():
        lines += door_lines(route, company_lines(route, table), places=True)
    lines += ["", "## Pages of no company\n", *head(*FIRST_COLUMNS, *PUBLIC_ROLES)]
    for route in public_routes():
        lines += door_lines(route, public_lines(route, table), places=False)
    return "\n".join(lines) + "\n"


def head(*columns: str) -> list[str]:
    return [written(columns), "|" + "---|" * len(columns)]


def written(cells: Row) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def mark(route: Route) -> str:
    door = route.door
    words = f"{door.who.value}, {door.kind.value}" + (", shows Tracker's data" if door.tracker else "")
    return words + (", asks again who it is" if door.again else "") + f" · {', '.join(sorted(door.methods))}"


def door_lines(route: Route, lines: list[Line], *, places: bool) -> Iterator[str]:
    """The rows of one door; only the first says what it is, the others only what differs from it."""
    first = lines[0].outcomes
    for number, line in enumerate(lines):
        begin = ("", "", "") if number else (route.name, f"`{route.path}`", mark(route))
        same = first if number else ()
        cells = ("" if number and cell == same[role] else cell for role, cell in enumerate(line.outcomes))
        yield written((*begin, line.methods, *((line.of, line.states) if places else ()), *cells))


def public_lines(route: Route, table: Outcomes) -> list[Line]:
    return merged([Line(method, OWN, "", row(table, route, method, OWN, NO_COMPANY)) for method in route.methods])


def company_lines(route: Route, table: Outcomes) -> list[Line]:
    """The rule of each method, then states with other outcomes, then others' objects."""
    rules, exceptions, elsewhere = [], [], []
    for method in route.methods:
        rule, *others = own_lines(route, method, table)
        rules.append(rule)
        exceptions += others
        elsewhere += object_lines(route, method, table) if route.names_an_object else []
    return merged(rules) + merged(exceptions) + merged(elsewhere)


def own_lines(route: Route, method: str, table: Outcomes) -> list[Line]:
    """What most states answer, first and naming none of them, then the others."""
    answers = {state: row(table, route, method, OWN, state) for state in STATES}
    (rule, _), *others = Counter(answers.values()).most_common()
    named = [(outcomes, [state for state in STATES if answers[state] == outcomes]) for outcomes, _ in others]
    return [Line(method, "", "", rule), *(Line(method, "", grouped(states), outcomes) for outcomes, states in named)]


def object_lines(route: Route, method: str, table: Outcomes) -> list[Line]:
    """What is answered of a foreign and of an absent object, which should be the same."""
    lines: dict[tuple[str, Row], list[str]] = {}
    for state in FOR_OBJECTS:
        answers = {of: row(table, route, method, of, state) for of in (FOREIGN, ABSENT)}
        for outcomes in dict.fromkeys(answers.values()):
            names = ", ".join(of for of in answers if answers[of] == outcomes)
            lines.setdefault((names, outcomes), []).append(state)
    return [
        Line(method, of, "" if len(states) == len(FOR_OBJECTS) else "; ".join(states), outcomes)
        for (of, outcomes), states in lines.items()
    ]


def row(table: Outcomes, route: Route, method: str, of: str, state: str) -> Row:
    return tuple(table[Case(method, route.name, of, state, role)] for role in roles(route))


def merged(lines: list[Line]) -> list[Line]:
    """Lines that differ by their method alone as one."""
    methods: dict[tuple[str, str, Row], list[str]] = {}
    for line in lines:
        methods.setdefault((line.of, line.states, line.outcomes), []).append(line.methods)
    return [Line(", ".join(names), *rest) for rest, names in methods.items()]


def grouped(names: list[str]) -> str:
    """States as text, with a group's name instead of all its states."""
    texts, left = [], set(names)
    for group, members in GROUPS.items():
        if left.issuperset(members):
            texts.append(group)
            left -= set(members)
    return "; ".join([*texts, *(name for name in names if name in left)])


# --- read -------------------------------------------------------------------------------------------------
@functools.cache
def frozen() -> dict[Case, str]:
    """The table of the file: every case there is, with its outcome."""
    return parsed(FROZEN.read_text())


def parsed(text: str) -> dict[Case, str]:
    """A later row of a door counts before an earlier one, where both name a case."""
    table: dict[Case, str] = {}
    columns: list[str] = []
    doors: set[str] = set()
    first: dict[str, str] = {}
    for cells in (split(line) for line in text.splitlines() if line.startswith("| ")):
        if cells[0] == FIRST_COLUMNS[0]:
            columns = cells
            continue
        values = dict(zip(columns, cells, strict=True))
        if values["door"]:
            assert values["door"] not in doors, f"twice in the table: {values['door']}"
            doors.add(values["door"])
            first = values
        table |= cases(first | {name: value for name, value in values.items() if value}, values)
    return table


def split(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def cases(values: dict[str, str], named: dict[str, str]) -> Iterator[tuple[Case, str]]:
    """The cases of one row, whose empty cells were filled from its door's first row."""
    for method in named["method"].split(", "):
        for of in (named.get("of") or OWN).split(", "):
            for state in states_of(named, of):
                for role in [name for name in values if name not in FIRST_COLUMNS + PLACE_COLUMNS]:
                    yield Case(method, values["door"], of, state, role), values[role]


def states_of(named: dict[str, str], of: str) -> tuple[str, ...]:
    if "state of Tracker" not in named:
        return (NO_COMPANY,)
    if text := named["state of Tracker"]:
        return tuple(state for name in text.split("; ") for state in GROUPS.get(name, (name,)))
    return STATES if of == OWN else FOR_OBJECTS


# --- written anew -----------------------------------------------------------------------------------------
def keep(directory: Path, state: str, measured: Outcomes) -> None:
    """Keeps what one process has measured; whoever completes the table writes the file."""
    part = directory / f"{(*STATES, NO_COMPANY).index(state)}.json"
    unfinished = part.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(list(measured.items())))
    unfinished.rename(part)  # so that no other process reads half of it
    parts = list(directory.glob("*.json"))
    if len(parts) == len(STATES) + 1:
        found = {Case(*case): got for path in parts for case, got in json.loads(path.read_text())}
        FROZEN.write_text(render(found))
