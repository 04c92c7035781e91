"""Levels of many people are chosen at once: of those ticked, or of all that match."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e.access.lists import Enter, bar_of, is_in_order, level_of, open_users, selector
from tests.e2e.ways import WAYS
from tests.factories import UserFactory, add_member, make_team
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@WAYS
def test_ticked_people_are_staged_through_the_bar_for_many(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying)
    for name in ("Maya Chen", "Farid Haidari"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    is_in_order(page)
    stage_many(page, "Full access", javascript=javascript)
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(selector(page, "Maya Chen")).to_have_value("full")
    is_in_order(page)
    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 8 people have Full access.")).to_be_visible()
    assert {level_of(maya), level_of(farid)} == {Level.FULL}


@WAYS
def test_all_that_match_are_staged_without_those_that_a_team_decides_for_or_who_are_blocked(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, javascript, viewport
) -> None:
    make_team(paying, farid, level=Level.FULL)
    add_member(paying, user=UserFactory(first_name="Maya", last_name="Lin"))
    blocked = add_member(paying, user=UserFactory(first_name="Maya", last_name="Gone"))
    Membership.objects.filter(pk=blocked.pk).update(blocked_at=timezone.now())
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    page.get_by_role("checkbox", name="All 3 that match").check()
    stage_many(page, "Full access", javascript=javascript)
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(bar_of(page)).to_contain_text(re.compile(r"Full access\s+7\s+9"))


def stage_many(page: Page, level: str, *, javascript: bool) -> None:
    """Without a script a page says first how many it would be."""
    page.get_by_role("group", name="Selected users").get_by_role("button", name=level).click()
    if not javascript:
        expect(page.get_by_role("main")).to_contain_text("Nothing is saved yet.")
        page.get_by_role("button", name=f"Choose {level}").click()
        expect(page.get_by_text("Staged, not saved.")).to_be_visible()
