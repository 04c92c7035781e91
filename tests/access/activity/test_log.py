"""`Activity log`: the audit trail in words, by kind, page by page, and as CSV."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from access.activity import event_texts, log
from access.changes import save as grants
from access.invitations import invitations
from access.members import members
from access.members.members import Terms
from access.structure import teams
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.lifecycle.transitions import MOVES
from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
# Functions that record an event with the action as their second argument, and what they put before it.
RECORDERS = {"audit.record": "", "audit.record_each": ""}
MANY = re.compile(r"audit\.record_all\b")  # they take (action, target, data)
ENTRY = re.compile(r"[a-z]+\.[a-z_]+$")
OWN_RECORDERS = {
    "orgs/domains/domains.py": ("_record", "domain."),
    "orgs/companies/operations.py": ("_record", "operator."),
    "access/invitations/invite_links.py": ("_end", ""),
    "billing/top_ups/top_ups.py": ("_record", "top_up."),
    "billing/top_ups/refunds.py": ("_record", "top_up."),
}


@pytest.fixture
def url(org: Organization) -> str:
    return f"/o/{org.slug}/company/activity/"


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def recorded() -> Iterator[str]:
    """The actions of all events, as they stand in the product's code; those of the lifecycle are its moves."""
    yield from (f"tracker.{event}" for _, event, _ in MOVES)
    root = Path(settings.BASE_DIR)
    for app in ("orgs", "access", "issues", "billing", "users", "tracker_portal"):
        for path in sorted((root / app).rglob("*.py")):
            name, prefix = OWN_RECORDERS.get(str(path.relative_to(root)), ("", ""))
            recorders = RECORDERS | ({name: prefix} if name else {})
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Tuple) and MANY.search(path.read_text()):
                    yield from _first(node)
                if isinstance(node, ast.Call) and ast.unparse(node.func) in recorders:
                    found = [part.value for part in ast.walk(node.args[1]) if isinstance(part, ast.Constant)]
                    if not isinstance(node.args[1], ast.JoinedStr):
                        yield from (f"{recorders[ast.unparse(node.func)]}{action}" for action in found)


def _first(entry: ast.Tuple) -> Iterator[str]:
    """The action of an entry of the trail: (action, target, data)."""
    if entry.elts and isinstance(entry.elts[0], ast.Constant) and ENTRY.match(str(entry.elts[0].value)):
        yield str(entry.elts[0].value)


def test_every_event_has_its_words_and_there_are_none_for_others() -> None:
    actions = set(recorded())
    assert len(actions) > 50
    assert actions == set(event_texts.PHRASES)


def test_every_kind_has_events_and_every_event_a_kind() -> None:
    assert {phrase.kind for phrase in event_texts.PHRASES.values()} == set(event_texts.KINDS)
    assert all(event_texts.actions(kind) for kind in event_texts.KINDS)


def test_log_says_who_did_what_to_whom(
    login: Login, url: str, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    members.block(member=viewer, actor=owner, now=now)
    with company_scope(org.pk):
        terms = Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))
    invitations.invite(org=org, emails=["priya@example.net"], terms=terms, actor=owner, now=now)
    html = text(login(owner), url)
    name = f"<b>{owner.name}</b>"
    assert f"{name} set the access of {viewer.name} to Full access" in html
    assert f"{name} blocked {viewer.name}" in html
    assert f"{name} invited priya@example.net, Read only" in html
    assert f"{name} activated Tracker: Not active → Free trial" in html
    assert html.index("invited priya") < html.index("activated Tracker")


def test_filter_shows_one_kind_and_an_unknown_one_is_all(
    login: Login, url: str, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    client = login(owner)
    access = text(client, f"{url}?kind=access")
    assert "set the access of" in access
    assert "activated Tracker" not in access
    assert "activated Tracker" in text(client, f"{url}?kind=lifecycle")
    assert "Nothing of this kind yet" in text(client, f"{url}?kind=security")
    assert "activated Tracker" in text(client, f"{url}?kind=nonsense")


def test_what_is_gone_is_called_so_and_what_is_unknown_keeps_its_code(
    login: Login, url: str, org: Organization, owner: Membership, now: dt.datetime
) -> None:
    team = teams.create(org=org, name="Robots", actor=owner, now=now)
    teams.delete(team=team, actor=owner, now=now)
    with company_scope(org.pk):
        audit.record(org, "old.act", actor=None, now=now)
        audit.record(org, "operator.deletion_hold", actor=None, now=now, data={"operator": 1, "reason": "100 % sure"})
        audit.record(org, "team.lead", actor=owner, now=now, target=team.public_id)
    html = text(login(owner), url)
    assert "deleted the team (deleted)" in html
    assert "<b>Tracker</b> old.act" in html
    assert "<b>Operator</b> held the deletion: 100 % sure" in html
    assert "set the lead of the team (deleted): —" in html


def test_erased_person_has_no_name_here(login: Login, url: str, owner: Membership, viewer: Membership) -> None:
    User.objects.filter(pk=viewer.user_id).update(first_name="", last_name="", email="erased-7@erased.invalid")
    html = text(login(owner), url)
    assert "erased-7@erased.invalid" in html
    assert viewer.name not in html


def test_names_are_escaped(login: Login, url: str, org: Organization, owner: Membership) -> None:
    add_member(org, user=UserFactory(first_name="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in text(login(owner), url)


def test_it_is_paged_and_its_queries_do_not_grow(
    login: Login, url: str, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    client = login(owner)
    few = queries_of(client, url)
    with company_scope(org.pk):
        audit.record_each(org, "member.block", actor=owner, now=now, targets=[viewer.public_id] * 120)
    assert queries_of(client, url) == few
    assert few <= 8
    first = client.get(url).context["log"]
    second = client.get(url + first.page.next_url).context["log"]
    numbers = [event.number for event in [*first.events, *second.events]]
    assert numbers == list(range(numbers[0], numbers[0] - 100, -1))


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "%00"])
def test_bad_cursor_is_a_bad_request(login: Login, url: str, owner: Membership, cursor: str) -> None:
    assert login(owner).get(f"{url}?after={cursor}").status_code == 400


# --- CSV -----------------------------------------------------------------------------------------------
def rows(client: Client, url: str, kind: str = "") -> list[list[str]]:
    response = client.post(f"{url}export/", {"kind": kind})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_export_is_what_is_shown_and_leaves_a_trace(
    login: Login, url: str, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    head, *lines = rows(login(owner), url, "access")
    assert head == ["Number", "Time (UTC)", "Who", "Kind", "What", "Event"]
    assert {line[3] for line in lines} == {"Access"}
    assert lines[0][2:4] + lines[0][5:] == [owner.name, "Access", "access.gain"]
    assert lines[1][2:] == [owner.name, "Access", f"set the access of {viewer.name} to Full access", "access.set"]
    assert lines[0][1].endswith("+00:00")
    with company_scope(org.pk):
        assert AuditEvent.objects.latest("number").action == "company.activity_export"


def test_export_is_safe_in_a_spreadsheet(login: Login, url: str, org: Organization, owner: Membership) -> None:
    add_member(org, user=UserFactory(first_name="=HYPERLINK(1)", last_name=""))
    assert "'=HYPERLINK(1)" in [line[2] for line in rows(login(owner), url)]


def test_export_has_an_end(
    login: Login, url: str, org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST", 2)
    assert len(rows(login(owner), url)) == 3


@pytest.mark.parametrize(("more", "is_said"), [(0, False), (1, True)])
def test_page_says_when_a_file_leaves_events_out(
    login: Login, url: str, org: Organization, owner: Membership, now: dt.datetime, more: int, is_said: bool
) -> None:
    with company_scope(org.pk):
        there = AuditEvent.objects.count()
        audit.record_each(org, "member.block", actor=owner, now=now, targets=["x"] * (log.MOST - there + more))
    sentence = "The file holds the newest 10,000 events."
    assert (sentence in text(login(owner), url)) == is_said
    assert sentence not in text(login(owner), f"{url}?kind=lifecycle")


def test_only_administrators_look_and_export(
    login: Login, url: str, admin: Membership, member: Membership, outsider: Membership
) -> None:
    assert login(admin).get(url).status_code == 200
    for who, status in ((member, 403), (outsider, 404)):
        assert login(who).get(url).status_code == status
        assert login(who).post(f"{url}export/").status_code == status
    assert login(admin).get(f"{url}export/").status_code == 405


def test_gear_and_company_settings_lead_to_it(login: Login, url: str, admin: Membership, org: Organization) -> None:
    assert text(login(admin), f"/o/{org.slug}/company/").count(f'href="{url}"') == 2


def test_access_events_name_the_source_the_seats_and_the_amounts(
    login: Login, url: str, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    team = teams.create(org=org, name="Robots", actor=owner, now=now)
    totals = {"seats_from": 5, "seats_to": 6, "total_from": 0, "total_to": 1986, "currency": "USD", "changes": 2}
    with company_scope(org.pk):
        audit.record(org, "access.save", actor=owner, now=now, data=totals)
        because = {"because": f"team:{team.public_id}"}
        audit.record(org, "access.gain", actor=owner, now=now, target=viewer.public_id, data=because)
        audit.record(org, "access.gain", actor=owner, now=now, target=owner.public_id, data={"because": "person"})
        audit.record(org, "access.set", actor=owner, now=now, target=team.public_id, data={"to": "full"})
        audit.record(org, "access.cap", actor=owner, now=now, data={"from": "", "to": 12})
    html = text(login(owner), url)
    assert "saved changes of access: 2. People with Full access: 5 → 6, monthly total: $0.00 → $19.86" in html
    assert f"let {viewer.name} write: Full access through Robots" in html
    assert f"let {owner.name} write: Full access through the person’s own level" in html
    assert "set the access of Robots to Full access" in html
    assert "changed the limit of seats: — → 12" in html
