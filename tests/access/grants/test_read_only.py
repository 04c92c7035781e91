"""What Read only forbids and allows (product.md §4), through every door there is: read from the frozen table of doors."""

from __future__ import annotations

import pytest

from tests.guards.door_cases import Case
from tests.guards.door_table import frozen
from tests.guards.routes import company_routes
from tests.guards.states import READ_ONLY, SUBSCRIBED
from tests.guards.world import OWN
from users.permissions import Kind

# Every door that changes something for somebody with Read only access in a company where others write, and why.
ALLOWED = {
    "access:access_ask": "requesting access",
    "access:access_withdraw": "taking the own request back",
    "issues:issue_list_export": "export",
    "issues:issue_unsubscribe": "unsubscribing",
    "orgs:job_cancel": "the own export",
    "orgs:job_download": "the own export",
}
# Every door of product.md's list of what Read only forbids.
FORBIDDEN = {
    "issues:issue_create": "creating issues",
    "issues:issue_edit": "changing issues",
    "issues:issue_assign_me": "changing issues",
    "issues:issue_status": "statuses and resolutions",
    "issues:issue_subscribe": "subscribing to changes",
    "issues:comment_add": "comments",
    "issues:queue_create": "queues",
    "issues:queue_edit": "queues and their settings",
}


def outcome(state: str, name: str, role: str) -> str:
    return frozen()[Case("POST", name, OWN, state, role)]


def product_writes() -> set[str]:
    return {route.name for route in company_routes() if route.door.kind == Kind.PRODUCT_WRITE}


def test_list_of_what_is_forbidden_names_every_door_of_the_product_that_employees_write_through() -> None:
    written = {name for name in product_writes() if outcome("active", name, "member") != "refused"}
    assert set(FORBIDDEN) == written


@pytest.mark.parametrize("name", FORBIDDEN)
def test_reader_is_refused_and_a_colleague_with_full_access_is_not(name: str) -> None:
    for state in SUBSCRIBED:
        assert outcome(state, name, "viewer") == "refused", state
        assert outcome(state, name, "member") != "refused", state


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_nobody_writes_while_tracker_is_read_only(name: str) -> None:
    for state in READ_ONLY:
        assert {outcome(state, name, role) for role in ("viewer", "member", "administrator", "owner")} == {"refused"}


def test_readers_change_what_is_theirs_and_nothing_else() -> None:
    viewers = [(case, got) for case, got in frozen().items() if case.state == "active" and case.role == "viewer"]
    changed = {case.route for case, got in viewers if got == "writes"}
    assert changed <= set(ALLOWED)
    assert {"access:access_ask", "issues:issue_list_export", "issues:issue_unsubscribe"} <= changed


def test_readers_open_every_page_of_the_product_that_colleagues_open() -> None:
    reads = {route.name for route in company_routes() if route.door.kind == Kind.READ and route.door.tracker}
    pages = [case for case in frozen() if case.method == "GET" and case.route in reads and case.state == "active"]
    assert pages
    assert [
        case for case in pages if frozen()[case._replace(role="viewer")] != frozen()[case._replace(role="member")]
    ] == []
