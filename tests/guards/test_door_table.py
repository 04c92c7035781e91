"""What the frozen table of doors must say, whoever changes it, and what is asked for what it says. Makes no request."""

from __future__ import annotations

from collections import Counter

from tests.guards import doors
from tests.guards.door_cases import COMPANY_ROLES, INSIDE, NO_COMPANY, REFUSALS, Case, asked, every_case, stand_ins
from tests.guards.door_table import FROZEN, frozen, render
from tests.guards.routes import Route, company_routes, public_routes, routes
from tests.guards.states import READ_ONLY, STATES, SUBSCRIBED
from tests.guards.world import ABSENT, FOREIGN, OWN
from users.permissions import Kind, Who

LEAST_COMPANY_PAGES, LEAST_PUBLIC_PAGES = 15, 20
LEAST_ASKED = 3  # doors, of everybody who is inside, in every state

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
    "tracker_portal:first_steps_dismiss": "own: what one's own main page shows",
    "billing:top_up": ADMINISTRATION,
    "access:user_export": "what is taken out is written into the audit trail",
    "access:activity_export": "what is taken out is written into the audit trail",
    "issues:issue_unsubscribe": "everybody may stop their own mail (product.md §4)",
    "issues:issue_list_export": "everybody may export (product.md §4); it is audited",
    "issues:tracker_export": "administrators export until a deletion is claimed (product.md §2)",
    "orgs:job_cancel": "everybody may stop their own job",
    "orgs:job_download": "everybody may have the file of their own export; it is audited",
}


def test_table_names_every_door_and_no_other() -> None:
    assert doors.missing(frozen(), every_case()) == []


def test_file_says_what_the_generator_would_write() -> None:
    """Marks, paths and order in the file are today's, too."""
    assert render(frozen()) == FROZEN.read_text()


def test_routes_were_found() -> None:
    assert len(company_routes()) >= LEAST_COMPANY_PAGES
    assert len(public_routes()) >= LEAST_PUBLIC_PAGES
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


# --- what is asked for what -------------------------------------------------------------------------------
def test_what_is_not_asked_is_as_what_is_asked_for_it() -> None:
    wrong = [case for case, other in stand_ins(routes(), frozen()).items() if frozen()[case] != frozen()[other]]
    assert wrong == []


def test_everybody_is_asked_in_every_state_and_of_every_object() -> None:
    found = [case for case in asked(frozen()) if case.state != NO_COMPANY]
    by_state, by_object = (Counter((getattr(case, place), case.role) for case in found) for place in ("state", "of"))
    assert len(by_state) == len(STATES) * len(COMPANY_ROLES)
    assert len(by_object) == 3 * len(COMPANY_ROLES)
    assert min(number for (_, role), number in (by_state | by_object).items() if role in INSIDE) >= LEAST_ASKED


def test_what_differs_from_state_to_state_is_asked_in_every_state() -> None:
    wanted = {Case("POST", "issues:issue_create", OWN, state, "member") for state in STATES}
    assert wanted <= asked(frozen())


def test_control_what_the_table_tells_apart_is_asked_for_itself() -> None:
    case = Case("GET", "orgs:people", OWN, "deleted", "stranger")
    opened = {case: "page", case._replace(state="deleting"): "gone"}
    assert opened.keys() <= asked(frozen() | opened)
    assert not opened.keys() <= asked(frozen())


# --- what the table must say ------------------------------------------------------------------------------
def cells() -> list[tuple[Case, Route, str]]:
    """(case, route, outcome) of everything about a company."""
    by_name = {route.name: route for route in company_routes()}
    return [(case, by_name[case.route], got) for case, got in frozen().items() if case.state != NO_COMPANY]


def test_no_cell_is_an_error() -> None:
    assert len(set(frozen().values())) > 5
    assert doors.errors(frozen()) == set()


def test_people_outside_the_company_never_get_in() -> None:
    wanted = {"nobody": "login", "stranger": "hidden", "outsider": "hidden", "removed": "hidden", "blocked": "refused"}
    wrong = [case for case, _, got in cells() if case.role in wanted and got != wanted[case.role]]
    assert wrong == []


def test_get_changes_nothing() -> None:
    assert [case for case, _, got in cells() if case.method == "GET" and got == "writes"] == []


def test_page_that_reads_changes_nothing_by_any_method() -> None:
    assert [case for case, route, got in cells() if route.door.kind == Kind.READ and got == "writes"] == []


def test_foreign_object_is_as_absent_as_one_that_does_not_exist() -> None:
    foreign = {case: got for case, got in frozen().items() if case.of == FOREIGN}
    assert foreign
    for case, got in foreign.items():
        assert got == frozen()[case._replace(of=ABSENT)], case
        assert got not in {"page", "writes", "moves on", "mistakes"}, case


def test_every_post_in_a_read_only_company_is_refused_unless_listed() -> None:
    posts = [cell for cell in cells() if cell[0][0] == "POST" and cell[0].state in READ_ONLY and cell[0].of == OWN]
    let_in = {case.route for case, route, got in posts if got not in REFUSALS and route.door.kind != Kind.READ}
    assert posts
    assert let_in - CHANGES_FOR_READERS.keys() == set(), "open to a POST in a read-only company"
    assert CHANGES_FOR_READERS.keys() - let_in == set(), "no longer open, take it off the list"


def test_product_write_is_refused_to_readers_and_in_read_only_companies() -> None:
    writes = [(case, got) for case, route, got in cells() if route.door.kind == Kind.PRODUCT_WRITE]
    wrong = [
        case
        for case, got in writes
        if got not in REFUSALS
        and case.state != "free trial"
        and not (case.state in SUBSCRIBED and case.role == "member")
    ]
    assert writes
    assert wrong == []


def test_trackers_data_is_shown_only_while_tracker_is_on() -> None:
    off = {"not active": "refused", "deactivated": "refused", "deleting": "gone", "deleted": "gone"}
    inside = {"viewer", "member", "administrator", "owner"}
    shown = [
        (case, got)
        for case, route, got in cells()
        if route.door.tracker and route.door.who == Who.MEMBER and case.of == OWN and case.role in inside
    ]
    assert shown
    assert [case for case, got in shown if case.state in off and got != off[case.state]] == []


# --- controls: the comparison notices ---------------------------------------------------------------------
def test_control_a_missing_and_a_stale_row_are_noticed() -> None:
    door = {case for case in frozen() if case[:2] == ("GET", "orgs:people")}
    without = {case: got for case, got in frozen().items() if case not in door}
    assert doors.missing(without, every_case()) == ["GET orgs:people own: not in the table"]
    assert doors.missing(frozen(), without) == ["GET orgs:people own: in the table, but there is no such page"]
    case = Case("GET", "orgs:people", OWN, "active", "owner")
    assert doors.difference(without, {case: "page"}) == [
        "GET orgs:people own, active: owner gets 'page', frozen is None"
    ]
