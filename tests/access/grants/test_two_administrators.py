"""Two administrators change access at once: nobody overwrites what they have not seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from access.grants.models import Draft
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Browser, acts, level_of
from tests.factories import add_member
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db
Browse = Callable[[Membership], Browser]


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(
    page: Browser, browse: Browse, owner: Membership, viewer: Membership, org: Organization
) -> None:
    page.stage(viewer)
    shown = page.shown()
    browse(owner).give(viewer)
    browse(owner).give(viewer, level=Level.READ_ONLY)
    browse(owner).give(viewer)
    page.stage(viewer, level=Level.READ_ONLY, seen=Level.READ_ONLY)  # the page of before: nothing would change
    assert page.draft() == {}
    page.stage(viewer, level=Level.FULL, seen=Level.READ_ONLY)
    assert page.draft() == {}  # it is what the other one saved
    assert page.save(shown).status_code == 409
    assert len(acts(org)) == 3


def test_conflict_shows_both_values_and_asks(
    page: Browser, browse: Browse, owner: Membership, member: Membership, viewer: Membership
) -> None:
    browse(owner).give(viewer)
    page.stage(member, viewer, level=Level.READ_ONLY, seen=Level.FULL)
    shown = page.shown()
    browse(owner).give(member, level=Level.READ_ONLY)
    page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    assert page.save(shown).status_code == 409
    assert level_of(viewer) == Level.FULL


def test_what_was_set_anew_since_is_a_conflict_though_it_is_what_it_was(
    page: Browser, browse: Browse, owner: Membership, member: Membership
) -> None:
    """The list shows Full access; the other one takes it and gives it again: that was decided after our choice."""
    page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    browse(owner).give(member, level=Level.READ_ONLY)
    browse(owner).give(member)
    assert page.shown() == {}  # there is no `Save` before the answer
    with company_scope(member.org_id):
        token = Draft.objects.get().token
    assert page.save({"token": str(token), "shown": ""}).status_code == 409
    assert level_of(member) == Level.FULL


@pytest.fixture
def conflict(page: Browser, browse: Browse, owner: Membership, member: Membership) -> str:
    """The page of a conflict: `member` was to be Read only, and is not."""
    page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    browse(owner).give(member, level=Level.READ_ONLY)
    browse(owner).give(member)
    return main(page.client.get(page.url("levels/")))


def test_conflict_says_who_when_and_what(conflict: str, owner: Membership, member: Membership) -> None:
    assert "1 change meets somebody else’s" in conflict
    assert f"{owner.name} set Full access just now. You chose Read only." in conflict
    assert "Keep theirs" in conflict
    assert "Use mine" in conflict


def settle(page: Browser, member: Membership, *, mine: str) -> None:
    fields = {"name": f"member:{member.public_id}", "mine": mine}
    assert page.client.post(page.url("levels/settle/"), fields).status_code == 302


def test_use_mine_goes_on_and_is_saved_then(conflict: str, page: Browser, member: Membership) -> None:
    settle(page, member, mine="1")
    assert page.save().status_code == 302
    assert level_of(member) == Level.READ_ONLY


def test_keep_theirs_takes_mine_out(conflict: str, page: Browser, member: Membership) -> None:
    settle(page, member, mine="0")
    assert page.draft() == {}
    assert level_of(member) == Level.FULL


def test_same_change_by_another_is_told_and_no_question(
    page: Browser, browse: Browse, owner: Membership, viewer: Membership
) -> None:
    page.stage(viewer)
    browse(owner).give(viewer)
    said = main(page.client.get(page.url("levels/")))
    assert f"{owner.name} set Full access just now, as you chose." in said
    assert "Use mine" not in said
    assert page.save().status_code == 302


def test_another_total_says_whose_act_it_met(
    page: Browser, browse: Browse, owner: Membership, org: Organization, viewer: Membership
) -> None:
    page.stage(viewer)
    shown = page.shown()
    browse(owner).give(add_member(org))
    said = main(page.save(shown))
    assert f"{owner.name} saved 1 change just now: from 1 to 2 people with Full access." in said


def test_conflicts_are_answered_one_by_one(
    page: Browser, browse: Browse, owner: Membership, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    """Seen Full access, meant Read only for two; meanwhile both were … the first taken, the second left."""
    first, second = add_member(org, level=Level.FULL), add_member(org, level=Level.FULL)
    page.stage(first, second, level=Level.READ_ONLY, seen=Level.FULL)
    browse(owner).give(first, level=Level.READ_ONLY)
    said = main(page.client.get(page.url("levels/")))
    assert f"{second.name} Full access Read only" in said
    answer = page.client.post(page.url("levels/settle/"), {"name": f"member:{second.public_id}", "mine": "0"})
    assert answer.status_code == 302
    assert f"member:{second.public_id}" not in page.draft()


def test_other_total_than_shown_is_not_saved(
    page: Browser, browse: Browse, owner: Membership, org: Organization, viewer: Membership
) -> None:
    page.stage(viewer)
    shown = page.shown()
    browse(owner).give(add_member(org))
    answer = page.save(shown)
    assert answer.status_code == 409
    assert "Access changed meanwhile. Look at the changes again, then save." in main(answer)
    assert level_of(viewer) == Level.READ_ONLY
    assert page.save().status_code == 302
