"""Stage, look, save: nothing is written before `Save changes`, and what was shown is what is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access import teams
from access.models import SavedAct
from orgs.models import Level, Membership, Organization, State, Team
from orgs.scopes import company_scope
from tests.factories import add_member
from tests.grants.conftest import FETCH, Browser, level_of
from tests.portal.pages import main, text

pytestmark = pytest.mark.django_db
Browse = Callable[[Membership], Browser]


def acts(org: Organization) -> list[SavedAct]:
    with company_scope(org.pk):
        return list(SavedAct.objects.filter(org=org).order_by("pk"))


@pytest.fixture
def team(org: Organization, admin: Membership, viewer: Membership, now: dt.datetime) -> Team:
    """The viewer is in it."""
    with company_scope(org.pk):
        made = teams.create(org=org, name="Platform", actor=admin, now=now)
        teams.add_people(team=made, people=[viewer], actor=admin, now=now)
    return made


def test_chosen_level_is_staged_with_its_cost_and_nothing_is_saved(page: Browser, viewer: Membership) -> None:
    answer = page.stage(viewer)
    assert "1 unsaved change" in text(answer)
    assert "Full access 1 2" in text(answer)
    assert "Monthly total $0.00 $0.00" in text(answer)
    assert level_of(viewer) == Level.READ_ONLY
    assert "1 unsaved change" in main(page.client.get(page.url("")))


def test_saved_act_counts_once_however_often_it_is_sent(page: Browser, viewer: Membership, org: Organization) -> None:
    page.stage(viewer)
    shown = page.shown()
    first, second = page.save(shown), page.save(shown)
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert level_of(viewer) == Level.FULL
    assert len(acts(org)) == 1
    said = main(page.client.get(first["Location"]))
    assert "Saved. 2 people have Full access. Takes effect now." in said
    assert page.draft() == {}


def test_staged_change_that_leads_back_takes_itself_out(page: Browser, viewer: Membership) -> None:
    page.stage(viewer)
    page.stage(viewer, level=Level.READ_ONLY)
    assert page.draft() == {}


def test_discarded_changes_are_gone(page: Browser, viewer: Membership) -> None:
    page.stage(viewer)
    list_url = page.url("?tab=readers")
    answer = page.client.post(page.url("levels/discard/"), {"next": list_url})
    assert answer["Location"] == list_url
    assert page.draft() == {}
    assert level_of(viewer) == Level.READ_ONLY


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/o/x/", "/o/other/access/"])
def test_form_leads_back_to_a_page_of_the_company_only(page: Browser, elsewhere: str) -> None:
    answer = page.client.post(page.url("levels/discard/"), {"next": elsewhere})
    assert answer["Location"] == page.url("")


def test_draft_is_kept_for_a_day(page: Browser, viewer: Membership, now: dt.datetime) -> None:
    page.stage(viewer)
    for hours, kept in ((23, True), (25, False)):
        with time_machine.travel(now + dt.timedelta(hours=hours), tick=False):
            assert ("unsaved" in main(page.client.get(page.url("levels/"))) or bool(page.shown())) is kept


def test_without_a_script_the_whole_list_leads_to_the_page_of_changes(
    page: Browser, viewer: Membership, member: Membership
) -> None:
    fields = {f"member:{viewer.public_id}:read_only": "full", f"member:{member.public_id}:full": "full"}
    answer = page.client.post(page.url("levels/stage/"), fields, follow=True)
    assert answer.redirect_chain[-1][0] == page.url("levels/")
    said = main(answer)
    assert f"{viewer.name} Read only Full access" in said
    assert member.name not in said
    assert "Save changes" in said


# --- two administrators -----------------------------------------------------------------------------------
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


# --- payer, groups, many ----------------------------------------------------------------------------------
def test_without_payment_details_nobody_gets_the_sixth_seat_and_the_draft_is_kept(
    page: Browser, org: Organization, viewer: Membership
) -> None:
    for _ in range(4):
        add_member(org, level=Level.FULL)
    answer = page.stage(viewer)
    assert "From the 6th user all are paid." in text(answer)
    assert "Payment details come first." in text(answer)
    assert "Save changes" not in text(answer)
    said = main(page.client.get(page.url("levels/")))
    assert "From the 6th user all are paid: $0.00 → $19.86" in said
    assert page.shown() == {}
    assert page.draft()


def test_team_decides_instead_of_the_selector_and_says_so(page: Browser, team: Team, viewer: Membership) -> None:
    page.give(team)
    assert level_of(viewer) == Level.FULL
    html = page.client.get(page.url("")).content.decode()
    assert f'name="member:{viewer.public_id}' not in html
    assert "via Platform" in html
    answer = page.stage(viewer, level=Level.READ_ONLY, seen=Level.FULL)
    assert "1 person is left out: a team or a department decides." in text(answer)
    assert page.draft() == {}
    page.give(team, level=Level.READ_ONLY)
    assert level_of(viewer) == Level.READ_ONLY
    assert f'name="member:{viewer.public_id}' in page.client.get(page.url("")).content.decode()


def test_all_that_match_are_staged_and_counted(page: Browser, org: Organization, paying: Organization) -> None:
    people = [add_member(org) for _ in range(7)]
    url = page.url("bulk/level/")
    asked = page.client.get(url, {"all": "1", "tab": "readers", "level": "full"})
    number = 2 + len(people)  # with the owner and the administrator
    assert f"Full access for {number} people" in main(asked)
    page.client.post(url, {"all": "1", "tab": "readers", "level": "full"})
    assert len(page.draft()) == number
    page.save()
    assert {level_of(member) for member in people} == {Level.FULL}


def test_ticked_people_are_staged_by_a_script(page: Browser, viewer: Membership, member: Membership) -> None:
    fields = {"person": [viewer.public_id, member.public_id], "level": "full"}
    answer = page.client.post(page.url("levels/stage/"), fields, headers=FETCH)
    assert "1 unsaved change" in text(answer)


# --- undo -------------------------------------------------------------------------------------------------
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


# --- lifecycle --------------------------------------------------------------------------------------------
def test_taking_the_last_seat_says_before_what_happens_and_when(
    page: Browser, member: Membership, org: Organization
) -> None:
    answer = page.stage(member, level=Level.READ_ONLY, seen=Level.FULL)
    said = text(answer)
    assert "Tracker becomes Read only for everybody at once" in said
    page.save()
    org.refresh_from_db()
    assert org.state == State.READ_ONLY
    deleted_on = timezone.localtime(org.retention_ends_at, ZoneInfo(org.time_zone))
    assert f"deleted on {deleted_on:%-d %b %Y}" in said
    said = text(page.stage(member))
    assert "Tracker becomes active again at once. Nothing is deleted." in said
    page.save()
    org.refresh_from_db()
    assert org.state == State.ACTIVE


# --- who may ----------------------------------------------------------------------------------------------
def test_people_of_other_companies_cannot_be_staged(page: Browser, outsider: Membership) -> None:
    page.stage(outsider)
    assert page.draft() == {}


def test_act_of_another_company_is_no_act(
    page: Browser, browse: Browse, outsider: Membership, viewer: Membership, org: Organization
) -> None:
    page.give(viewer)
    other = browse(outsider)
    assert other.client.post(other.url(f"levels/{acts(org)[0].public_id}/undo/")).status_code == 404


@pytest.mark.parametrize("fields", [{"level": "root"}, {"member:x:full": "admin"}, {"member:": "full"}, {"a:b:c": "d"}])
def test_nonsense_stages_nothing(page: Browser, fields: dict[str, str]) -> None:
    assert page.client.post(page.url("levels/stage/"), fields, headers=FETCH).status_code == 200
    assert page.draft() == {}


def test_employee_stages_nothing(browse: Browse, viewer: Membership, login: Callable[[Membership], Client]) -> None:
    assert browse(viewer).stage(viewer).status_code == 403


# --- why --------------------------------------------------------------------------------------------------
def test_why_names_every_source_and_what_removing_it_would_change(
    page: Browser, team: Team, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    page.give(viewer)
    page.give(team)
    said = main(page.client.get(page.url(f"users/{viewer.public_id}/why/")))
    assert f"Why does {viewer.name} have Full access?" in said
    assert f"Team Platform Set by {admin.name}" in said
    assert f"Without it {viewer.name} keeps Full access. 0 seats less, $0.00 a month." in said
    assert said.index("Team Platform") < said.index("Personal setting") < said.index("Department Northwind Robotics")
    assert "Full access from any source wins." in said
