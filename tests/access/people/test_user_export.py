"""`Export` of `All users`: the people whom the list shows, as CSV, with the columns that were chosen."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.changes import save as grants
from access.members import members
from access.people import user_export
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.companies import fill
from tests.access.people.conftest import CAST
from tests.access.people.pages import names, text
from tests.access.people.stored_team import team_of
from tests.factories import UserFactory, add_member, set_team_level
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
EVERYTHING = list(user_export.COLUMNS)


def rows(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def exported(client: Client, users: str, *columns: str, **asked: str) -> list[dict[str, str]]:
    return rows(client.post(f"{users}export/", {"columns": list(columns) or EVERYTHING, **asked}))


def test_file_says_of_each_person_what_the_list_says(
    users: str, people: dict[str, Membership], org: Organization, owner: Membership, admin, login: Login, now
) -> None:
    grants.set_level(member=people["Maya"], level=Level.FULL, actor=owner, now=now)
    set_team_level(team_of(org, "vision"), Level.FULL)
    at = dt.datetime(2026, 3, 27, 8, 30, tzinfo=dt.UTC)
    Membership.objects.filter(pk=people["Maya"].pk).update(last_active_at=at, joined_at=at)
    found = {f"{row['Name']} {row['Last name']}": row for row in exported(login(admin), users, q="example.com")}
    assert set(CAST) <= set(found)
    assert found["Maya Chen"] == {
        "Name": "Maya",
        "Last name": "Chen",
        "Login": people["Maya"].user.email,
        "Role": "Employee",
        "Department": "Software",
        "Teams": "Vision",
        "Last active (UTC)": "2026-03-27T08:30:00+00:00",
        "Access": "Full access",
        "Access set by": "Vision; Personal setting",
        "Joined (UTC)": "2026-03-27T08:30:00+00:00",
    }
    igor = found["Igor Sokolov"]
    assert (igor["Teams"], igor["Last active (UTC)"]) == ("", "")
    assert (igor["Access"], igor["Access set by"]) == ("Read only", "")


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "maya"},
        {"department": "software", "sort": "-name"},
        {"team": "vision"},
        {"active": "7"},
        {"by": "member"},
        {"tab": "admins", "sort": "-name"},
        {"tab": "nope", "sort": "nope"},
        {"q": "100%", "department": "nope"},
    ],
)
def test_file_holds_whom_the_list_shows_in_its_order(
    users: str, people, owner: Membership, admin: Membership, login: Login, now, asked: dict[str, str]
) -> None:
    grants.set_level(member=people["Anna"], level=Level.FULL, actor=owner, now=now)
    client = login(admin)
    client.get(users)
    shown = names(client.get(users, asked))
    found = [f"{row['Name']} {row['Last name']}" for row in exported(client, users, **asked)]
    assert found == shown


def test_blocked_and_former_people_have_no_access(users: str, people, owner, admin, login: Login, now) -> None:
    members.block(member=people["Maya"], actor=owner, now=now)
    members.remove(member=people["Elif"], actor=owner, now=now)
    client = login(admin)
    assert [row["Access"] for row in exported(client, users, tab="blocked")] == ["Blocked · no access"]
    (elif_,) = exported(client, users, tab="former")
    assert (elif_["Name"], elif_["Access"], elif_["Access set by"]) == ("Elif", "Former", "")


def test_columns_are_chosen_and_keep_their_order(users: str, admin: Membership, login: Login) -> None:
    (row,) = exported(login(admin), users, "login", "name", q="maya")
    assert list(row) == ["Name", "Login"]


@pytest.mark.parametrize("columns", [[], ["salary"]])
def test_file_without_a_column_is_not_made(users: str, admin: Membership, login: Login, columns: list[str]) -> None:
    response = login(admin).post(f"{users}export/", {"columns": columns, "q": "maya", "sort": "-name"})
    assert response.status_code == 400
    assert "Check 1 field" in text(response)
    html = response.content.decode()
    assert 'name="q" value="maya"' in html
    assert 'name="sort" value="-name"' in html


def test_page_of_its_own_offers_every_column(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(f"{users}export/?team=vision").content.decode()
    assert html.count('name="columns"') == html.count("checked") == len(EVERYTHING)
    assert 'name="team" value="vision"' in html


def test_list_offers_the_file_of_what_it_shows(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(f"{users}?q=maya&sort=-name").content.decode()
    form = html.partition(f'action="{users}export/"')[2].partition("</form>")[0]
    assert 'name="q" value="maya"' in form
    assert 'name="sort" value="-name"' in form
    assert form.count('name="columns"') == len(EVERYTHING)


def test_export_is_safe_in_a_spreadsheet(users: str, org: Organization, admin: Membership, login: Login) -> None:
    add_member(org, user=UserFactory(first_name="=HYPERLINK(1)", last_name="@Sum"))
    (row,) = exported(login(admin), users, q="hyperlink")
    assert (row["Name"], row["Last name"]) == ("'=HYPERLINK(1)", "'@Sum")


def test_export_leaves_a_trace_without_names(users: str, org: Organization, admin: Membership, login: Login) -> None:
    exported(login(admin), users, q="maya", tab="admins")
    with company_scope(org.pk):
        event = AuditEvent.objects.latest("number")
    assert (event.action, event.actor_id, event.data) == ("people.export", admin.pk, {"tab": "admins"})


def test_only_administrators_of_the_company_export(users: str, member: Membership, outsider, login: Login) -> None:
    for columns in (EVERYTHING, []):
        assert login(member).post(f"{users}export/", {"columns": columns}).status_code == 403
        foreign = login(outsider).post(f"{users}export/", {"columns": columns})
        absent = login(outsider).post("/o/no-such-company/access/export/", {"columns": columns})
        assert foreign.status_code == absent.status_code == 404


def statements(client: Client, users: str) -> int:
    client.get(users)
    with counted_queries() as found:
        exported(client, users)
    return len(found)


def test_file_of_a_thousand_takes_as_many_statements_as_one_of_ten(
    users: str, org: Organization, owner: Membership, admin: Membership, login: Login, now: dt.datetime
) -> None:
    client = login(admin)
    few = statements(client, users)
    fill(org, 990, now=now)
    assert statements(client, users) == few <= 10


def test_longer_file_is_read_batch_by_batch(
    users: str, org: Organization, people, admin: Membership, login: Login, now, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(admin)
    client.get(users)
    whole = exported(client, users)
    few = statements(client, users)
    monkeypatch.setattr(user_export, "BATCH", 2)
    assert exported(client, users) == whole
    assert statements(client, users) <= few + -(-len(whole) // 2)
