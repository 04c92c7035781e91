"""Every address × method × person × state × object, by real requests, against the frozen table `doors.md`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.guards import doors as table
from tests.guards.doors import COMPANY_ROLES, PUBLIC, PUBLIC_ROLES, Cells, Table
from tests.guards.routes import Route, company_routes, public_routes, routes
from tests.guards.states import READ_ONLY, STATES, SUBSCRIBED, WRITABLE
from tests.guards.world import ABSENT, ABSENT_COMPANY, FOREIGN, OWN, build_world
from users.permissions import Kind, Who, administrator_acts

pytestmark = pytest.mark.django_db

WRITING = bool(os.environ.get("WRITE_DOORS"))
LEAST_COMPANY_PAGES, LEAST_PUBLIC_PAGES = 15, 20

# Addresses that answer a POST of a reader in a read-only company with a change, and why.
ADMINISTRATION = "administration works in every state (product.md §4)"
PEOPLE = """
user_role user_department user_team user_block user_unblock user_remove user_transfer
bulk_level bulk_block bulk_remove bulk_department bulk_team
levels_stage levels_save levels_discard levels_settle levels_undo
department_create department_rename department_move department_delete
team_create team_rename team_delete team_people team_person_remove team_lead
team_inner team_inner_remove team_department team_department_remove
invite invitation_resend invitation_change invitation_revoke link_on link_off link_replace link_change
user_create user_create_another user_edit user_password user_password_link people_import_start
""".split()
CHANGES_FOR_READERS: dict[str, str] = {
    **{f"access:{name}": ADMINISTRATION for name in PEOPLE},
    "orgs:tracker_activate": ADMINISTRATION,
    "orgs:tracker_deactivate": ADMINISTRATION,
    "orgs:company_settings": ADMINISTRATION,
    "orgs:domain_list": ADMINISTRATION,
    "orgs:domain_verify": ADMINISTRATION,
    "orgs:domain_primary": ADMINISTRATION,
    "orgs:domain_remove": ADMINISTRATION,
    "orgs:company_keep": ADMINISTRATION,
    "access:access_ask": "everybody may request access (product.md §4)",
    "access:access_withdraw": "everybody may take their own request back",
    "access:request_give": ADMINISTRATION,
    "access:request_decline": ADMINISTRATION,
    "access:seat_cap": ADMINISTRATION,
    "billing:payer": ADMINISTRATION,
    "orgs:first_steps_dismiss": "own: what one's own main page shows",
    "billing:top_up": ADMINISTRATION,
    "access:user_export": "what is taken out is written into the audit trail",
    "access:activity_export": "what is taken out is written into the audit trail",
    "issues:issue_unsubscribe": "everybody may stop their own mail (product.md §4)",
    "issues:issue_list_export": "everybody may export (product.md §4); it is audited",
    "orgs:tracker_export": "administrators export until a deletion is claimed (product.md §2)",
    "orgs:job_cancel": "everybody may stop their own job",
    "orgs:job_download": "everybody may have the file of their own export; it is audited",
}


@pytest.fixture(autouse=True)
def only_measuring(request: pytest.FixtureRequest) -> None:
    if WRITING and "measured" not in request.fixturenames:
        pytest.skip("the table is being written")


@pytest.fixture(scope="session")
def measured() -> Iterator[Table]:
    """What the tests of this run have seen; written to the file when that is asked for."""
    found: Table = {}
    yield found
    if WRITING:
        assert set(found) == {*STATES, PUBLIC}, "write the table with all tests of this file in one process (-n 0)"
        assert errors(found) == set()
        table.FROZEN.write_text(table.render(found))


def compare(name: str, cells: Cells, roles: tuple[str, ...], measured: Table) -> None:
    measured[name] = cells
    if not WRITING:
        assert table.difference(table.frozen()[name], cells, roles) == []


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_company_pages_answer_as_frozen(state: str, measured: Table) -> None:
    world = build_world(state)
    compare(state, table.company_cells(world, state), COMPANY_ROLES, measured)


def test_pages_of_no_company_answer_as_frozen(measured: Table) -> None:
    world = build_world(WRITABLE)
    compare(PUBLIC, table.public_cells(world), PUBLIC_ROLES, measured)


def test_file_says_what_the_generator_would_write() -> None:
    """Marks, paths and order in the file are today's, too."""
    assert WRITING or table.render(table.frozen()) == table.FROZEN.read_text()


def test_routes_were_found() -> None:
    assert len(company_routes()) >= LEAST_COMPANY_PAGES
    assert len(public_routes()) >= LEAST_PUBLIC_PAGES
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


# --- what the table must say, whoever changes it ----------------------------------------------------------
def cells() -> Iterator[tuple[str, Route, str, str, str, str]]:
    """(state, route, method, own or foreign or absent, role, outcome) of every cell about a company."""
    by_name = {route.name: route for route in company_routes()}
    for state, rows in table.frozen().items():
        for (method, name, which), outcomes in rows.items() if state != PUBLIC else ():
            for role, outcome in zip(COMPANY_ROLES, outcomes, strict=True):
                yield state, by_name[name], method, which, role, outcome


def test_no_cell_is_an_error() -> None:
    assert len({outcome for rows in table.frozen().values() for cells in rows.values() for outcome in cells}) > 5
    assert errors(table.frozen()) == set()


def errors(found: Table) -> set[str]:
    """Pages that break for somebody."""
    fine = {*table.OUTCOMES.values(), "login", "writes"}
    cells = ((key, outcomes) for rows in found.values() for key, outcomes in rows.items())
    return {f"{method} {name}" for (method, name, _), outcomes in cells if not fine.issuperset(outcomes)}


def test_people_outside_the_company_never_get_in() -> None:
    wanted = {"nobody": "login", "stranger": "hidden", "outsider": "hidden", "removed": "hidden", "blocked": "refused"}
    wrong = [cell for cell in cells() if cell[4] in wanted and cell[5] not in {wanted[cell[4]]}]
    assert wrong == []


def test_get_changes_nothing() -> None:
    assert [cell for cell in cells() if cell[2] == "GET" and cell[5] == "writes"] == []


def test_page_that_reads_changes_nothing_by_any_method() -> None:
    assert [cell for cell in cells() if cell[1].door.kind == Kind.READ and cell[5] == "writes"] == []


def test_foreign_object_is_as_absent_as_one_that_does_not_exist() -> None:
    for state, rows in table.frozen().items():
        foreign = {key: value for key, value in rows.items() if key[2] == FOREIGN}
        for (method, name, _), outcomes in foreign.items():
            assert outcomes == rows[method, name, ABSENT], (state, method, name)
            assert not {"page", "writes", "moves on", "mistakes"} & set(outcomes), (state, method, name)


def test_every_post_in_a_read_only_company_is_refused_unless_listed() -> None:
    refusals = {"login", "hidden", "refused", "gone"}
    posts = [cell for cell in cells() if cell[0] in READ_ONLY and cell[2] == "POST" and cell[3] == OWN]
    let_in = {cell[1].name for cell in posts if cell[5] not in refusals and cell[1].door.kind != Kind.READ}
    assert posts
    assert let_in - CHANGES_FOR_READERS.keys() == set(), "open to a POST in a read-only company"
    assert CHANGES_FOR_READERS.keys() - let_in == set(), "no longer open, take it off the list"


def test_product_write_is_refused_to_readers_and_in_read_only_companies() -> None:
    refusals = {"login", "hidden", "refused", "gone"}
    writes = [cell for cell in cells() if cell[1].door.kind == Kind.PRODUCT_WRITE]
    wrong = [
        cell
        for cell in writes
        if cell[5] not in refusals and cell[0] != "free trial" and not (cell[0] in SUBSCRIBED and cell[4] == "member")
    ]
    assert writes
    assert wrong == []


def test_trackers_data_is_shown_only_while_tracker_is_on() -> None:
    off = {"not active": "refused", "deactivated": "refused", "deleting": "gone", "deleted": "gone"}
    shown = [cell for cell in cells() if cell[1].door.tracker and cell[0] in off and cell[3] == OWN]
    inside = {"viewer", "member", "administrator", "owner"}
    wrong = [cell for cell in shown if cell[4] in inside and cell[5] != off[cell[0]]]
    assert [cell for cell in wrong if cell[1].door.who == Who.MEMBER] == []


# --- another company's address ----------------------------------------------------------------------------
def test_foreign_company_and_absent_company_are_the_same_404_for_everybody() -> None:
    world = build_world(WRITABLE)
    insiders = [role for role in COMPANY_ROLES if role not in {"nobody", "outsider"}]
    for route in company_routes():
        for method in route.methods:
            for role in insiders:
                foreign = table.outcome(world.people[role], method, world.url(route, FOREIGN, world.other.slug), {})
                absent = table.outcome(world.people[role], method, world.url(route, FOREIGN, ABSENT_COMPANY), {})
                assert (foreign, absent) == ("hidden", "hidden"), (method, route.name, role)


def test_foreign_and_absent_say_the_same_words(client: Client) -> None:
    world = build_world(WRITABLE)
    for route in company_routes():
        urls = [world.url(route, OWN, org) for org in (world.other.slug, ABSENT_COMPANY)]
        urls += [world.url(route, which) for which in (FOREIGN, ABSENT)] if route.names_an_object else []
        reader = world.people["member" if route.door.who == Who.MEMBER else "owner"]  # whom the door lets in
        pages = [table.closing(reader.get(url)) for url in urls]
        assert len(set(pages[:2])) == 1, route.name
        assert len(set(pages[2:])) <= 1, route.name


# --- controls: the comparison notices ---------------------------------------------------------------------
def test_control_an_opened_door_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access.wall.rules.refusal", lambda *_: None)
    world = build_world("not active")
    actual = table.company_cells(world, "not active")
    found = table.difference(table.frozen()["not active"], actual, COMPANY_ROLES)
    assert any("blocked gets 'page', frozen is 'refused'" in text for text in found)


def test_control_a_missing_and_a_stale_row_are_noticed() -> None:
    rows = table.frozen()["active"]
    key = ("GET", "orgs:people", OWN)
    without = {name: outcomes for name, outcomes in rows.items() if name != key}
    assert table.difference(without, rows, COMPANY_ROLES) == ["GET orgs:people own: not in the table"]
    assert table.difference(rows, without, COMPANY_ROLES) == [
        "GET orgs:people own: in the table, but there is no such page"
    ]


def test_control_a_write_behind_an_answer_is_noticed() -> None:
    world = build_world("not active")
    activate = next(route for route in company_routes() if route.name == "orgs:tracker_activate")
    assert activate.door == administrator_acts.post
    assert table.outcome(world.people["owner"], "POST", world.url(activate), {}) == "writes"
    assert table.outcome(world.people["owner"], "POST", world.url(activate), {}) == "writes"  # the first was undone
