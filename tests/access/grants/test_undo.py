"""A saved act is taken back as a whole, for half an hour, unless somebody changed a part of it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from access.grants.models import SavedAct
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.access.grants.conftest import Browser, acts, level_of
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db
Browse = Callable[[Membership], Browser]


def undo(page: Browser, act: SavedAct) -> str:
    answer = page.client.post(page.url(f"levels/{act.public_id}/undo/"), follow=True)
    return main(answer)


def test_undo_takes_the_act_back_as_a_whole(
    page: Browser, org: Organization, viewer: Membership, admin: Membership
) -> None:
    page.stage(viewer, admin)
    page.save()
    assert "Undone. Access is as it was before." in undo(page, acts(org)[0])
    assert {level_of(viewer), level_of(admin)} == {Level.READ_ONLY}
    assert "Undone." in undo(page, acts(org)[0])


@pytest.mark.parametrize(("minutes", "undone"), [(29, True), (30, False)])
def test_undo_is_there_for_thirty_minutes(
    page: Browser, org: Organization, viewer: Membership, minutes: int, undone: bool
) -> None:
    saved = page.give(viewer)["Location"]
    act = acts(org)[0]
    with time_machine.travel(act.at + dt.timedelta(minutes=minutes), tick=False):
        assert ("Undo" in main(page.client.get(saved))) is undone
        undo(page, act)
    assert (level_of(viewer) == Level.READ_ONLY) is undone


def test_undo_overwrites_nothing_that_was_changed_since(
    page: Browser, browse: Browse, owner: Membership, org: Organization, viewer: Membership, admin: Membership
) -> None:
    page.stage(viewer, admin)
    page.save()
    browse(owner).give(viewer, level=Level.READ_ONLY)
    assert "Somebody changed a part of it since" in undo(page, acts(org)[0])
    assert level_of(admin) == Level.FULL
