"""`All users`: whom the list shows, searched, filtered and sorted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from access.members import members
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.access.people.conftest import CAST
from tests.access.people.pages import names, text
from tests.database import undone
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


def test_all_users_by_name_with_departments_teams_and_counts(users: str, admin: Membership, login: Login) -> None:
    response = login(admin).get(users)
    shown = names(response)
    assert set(CAST) <= set(shown)
    assert shown == sorted(shown, key=str.lower)
    seen = text(response)
    assert f"All {len(shown)} Full access 0 Read only {len(shown)} Admins 2 Blocked 0 Former 0" in seen
    assert "Departments2" in seen
    assert "Teams2" in seen


SEARCHES: list[tuple[str, list[str] | None]] = [
    ("q=maya", ["Maya Chen"]),
    ("q=CHEN+may", ["Maya Chen"]),
    ("q=100%25", []),
    ("q=%00", None),
    ("department=software", ["Elif Yılmaz", "Maya Chen"]),
    ("department=platform", ["Elif Yılmaz"]),
    ("department=nope", []),
    ("team=vision", ["Anna Petrova", "Maya Chen"]),
    ("team=safety", ["Anna Petrova"]),
    ("team=nope", []),
    ("team=vision&department=software", ["Maya Chen"]),
    ("team=vision&q=anna&sort=-name", ["Anna Petrova"]),
    ("active=7", ["Igor Sokolov"]),
    ("active=nope&q=maya", ["Maya Chen"]),
    ("tab=nope&q=maya", ["Maya Chen"]),
]


def test_list_is_searched_and_filtered(
    users: str, people: dict[str, Membership], admin: Membership, login: Login, now, subtests: pytest.Subtests
) -> None:
    client = login(admin)
    Membership.objects.filter(org=admin.org).update(last_active_at=None)
    Membership.objects.filter(pk=people["Igor"].pk).update(last_active_at=now)
    for query, found in SEARCHES:
        with subtests.test(query), undone():  # the reader's own visit is undone, too
            response = client.get(f"{users}?{query}")
            assert response.status_code == 200
            if found is not None:
                assert names(response) == found
            if found == []:
                assert "No users match" in text(response)
                assert "Clear search" in text(response)


def test_last_active_filters_and_sorts(users: str, people: dict[str, Membership], admin, login: Login, now) -> None:
    days = {"Maya": 1, "Anna": 20, "Elif": 60}
    for name, ago in days.items():
        Membership.objects.filter(pk=people[name].pk).update(last_active_at=now - dt.timedelta(days=ago))
    Membership.objects.filter(pk=people["Igor"].pk).update(joined_at=now - dt.timedelta(days=40))
    client = login(admin)
    ours = lambda query: [name for name in names(client.get(f"{users}?{query}")) if name in CAST]  # noqa: E731
    assert ours("active=7") == ["Maya Chen"]
    assert ours("active=30") == ["Anna Petrova", "Maya Chen"]
    assert ours("active=idle") == ["Elif Yılmaz", "Igor Sokolov"]
    assert ours("active=never") == ["Igor Sokolov"]
    assert ours("sort=-active") == ["Maya Chen", "Anna Petrova", "Elif Yılmaz", "Igor Sokolov"]
    assert ours("sort=active") == ["Igor Sokolov", "Elif Yılmaz", "Anna Petrova", "Maya Chen"]
    assert ours("sort=-name") == sorted(CAST, reverse=True)


def test_tabs_show_admins_blocked_and_former(users: str, people, owner: Membership, admin, login: Login, now) -> None:
    members.block(member=people["Maya"], actor=owner, now=now)
    members.remove(member=people["Elif"], actor=owner, now=now)
    client = login(admin)
    assert set(names(client.get(f"{users}?tab=admins"))) == {owner.name, admin.name}
    assert names(client.get(f"{users}?tab=blocked")) == ["Maya Chen"]
    former = client.get(f"{users}?tab=former")
    assert names(former) == ["Elif Yılmaz"]
    assert "data-pick-one" not in former.content.decode(), "nothing can be done to former members"
    everybody = client.get(users)
    assert "Maya Chen" in names(everybody)
    assert "Elif Yılmaz" not in names(everybody)
    assert "Blocked 1 Former 1" in text(everybody)


def test_empty_tabs_say_what_they_are_for(users: str, admin: Membership, login: Login) -> None:
    client = login(admin)
    assert "Nobody is blocked" in text(client.get(f"{users}?tab=blocked"))
    assert "No former members" in text(client.get(f"{users}?tab=former"))


def test_what_was_searched_is_shown_and_escaped(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(f"{users}?q=%3Cscript%3Ealert").content.decode()
    assert "<script>alert" not in html
    assert "No users match “&lt;script&gt;alert”" in " ".join(html.split())


def test_cursor_that_is_none_of_ours_is_a_bad_request(users: str, admin: Membership, login: Login) -> None:
    client = login(admin)
    for cursor in ("garbage", "WzFd", "%00", "eyJhIjoxfQ"):
        for sort in ("name", "-active"):
            assert client.get(f"{users}?after={cursor}&sort={sort}").status_code == 400, (cursor, sort)


def test_person_is_managed_by_administrators_only(users: str, member: Membership, outsider, login: Login) -> None:
    assert login(member).get(users).status_code == 403
    assert login(outsider).get(users).status_code == 404


def test_gear_leads_to_user_access_management(org: Organization, admin, member: Membership, login: Login) -> None:
    home = f"/o/{org.slug}/"
    assert "User access management" in text(login(admin).get(home))
    assert "User access management" not in text(login(member).get(home))


def test_rows_keep_the_meaning_of_a_table(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(users).content.decode()
    rows = html.count('role="row"')
    assert html.count('role="rowheader"') == rows - 1
    assert html.count('role="cell"') == 6 * (rows - 1)
    assert html.count('role="columnheader"') == 7
    assert html.count('aria-sort="ascending"') == 1
