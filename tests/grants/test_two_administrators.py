"""Two administrators change access at once: nobody overwrites what they have not seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from orgs.models import Level, Membership, Organization
from tests.factories import add_member
from tests.grants.conftest import Browser, acts, level_of
from tests.portal.pages import main

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


def test_page_that_shows_an_old_level_makes_a_conflict_and_never_a_silent_change(
    page: Browser, browse: Browse, owner: Membership, viewer: Membership, member: Membership
) -> None:
    """The list shows Full access; the other one takes it; here it is taken to Read only and given again."""
    page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    browse(owner).give(member, level=Level.READ_ONLY)
    browse(owner).give(member)
    shown = page.shown()
    assert page.save(shown).status_code == 302  # what was shown is what is
    assert level_of(member) == Level.READ_ONLY


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
