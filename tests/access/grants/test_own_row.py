"""Whoever lowers their own access is told what stays and what goes: at their row, and where the changes are reviewed."""

from __future__ import annotations

import pytest

from orgs.tenancy.membership_models import Level, Membership
from tests.access.grants.conftest import Browser
from tests.factories import make_team
from tests.tracker_portal.pages import text

pytestmark = pytest.mark.django_db
SENTENCE = "You keep admin pages. You can’t edit issues."


def reviewed(page: Browser) -> str:
    return text(page.client.get(page.url("levels/")))


def listed(page: Browser) -> str:
    return page.client.get(page.url("")).content.decode()


def test_own_line_of_the_review_says_what_a_lowering_means(page: Browser, paying, admin, member) -> None:
    page.give(admin)
    page.stage(admin, member, level=Level.READ_ONLY, seen=Level.FULL)
    assert reviewed(page).count(SENTENCE) == 1
    assert f"{admin.name} {SENTENCE}" in reviewed(page)


def test_lowering_others_or_raising_oneself_says_nothing(page: Browser, paying, admin, member: Membership) -> None:
    page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    page.stage(admin)
    assert SENTENCE not in reviewed(page)


def test_list_has_the_question_at_the_own_row_while_a_lowering_is_possible(
    page: Browser, paying, admin, member
) -> None:
    assert SENTENCE not in listed(page), "Read only already"
    page.give(admin)
    html = listed(page)
    assert html.count(SENTENCE) == 1
    row = html.partition(SENTENCE)[0].rpartition("<tr")[2]
    assert admin.user.email in row
    assert "hidden" in row.rpartition("<div")[2].partition(">")[0].split()


def test_there_is_no_question_where_a_team_decides(page: Browser, paying, org, admin: Membership, member) -> None:
    page.give(admin)
    make_team(org, admin, level=Level.FULL)
    assert SENTENCE not in listed(page)
