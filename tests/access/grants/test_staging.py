"""Stage, look, save: nothing is written before `Save changes`, and what was shown is what is saved."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from orgs.people.models import Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from tests.access.grants.conftest import FETCH, Browser, acts, level_of
from tests.factories import add_member
from tests.tracker_portal.pages import main, text

pytestmark = pytest.mark.django_db


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
    assert "Enter payment details to save" in text(answer)
    said = main(page.client.get(page.url("levels/")))
    assert "The changes are kept for 24 hours." in said
    assert "From the 6th user all are paid: $0.00 → $19.86" in said
    assert page.shown() == {}
    assert page.draft()


@pytest.mark.parametrize("path", ["", "teams/", "departments/", "levels/"])
def test_way_to_the_payment_details_leads_back_to_what_is_staged(
    page: Browser, org: Organization, viewer: Membership, path: str
) -> None:
    for _ in range(4):
        add_member(org, level=Level.FULL)
    page.stage(viewer)
    html = page.client.get(page.url(path)).content.decode()
    back = f"?next={quote(page.url(path), safe='')}"
    [link] = re.findall(r'href="([^"]+)"\s+data-payer-first>Enter payment details to save</a>', html)
    assert link == reverse("billing:payer", args=[org.slug]) + back
    assert f'href="{page.url(path)}"' in page.client.get(link).content.decode()


def test_limit_of_seats_is_no_matter_of_payment_details(
    page: Browser, org: Organization, paying: Organization, viewer: Membership
) -> None:
    Organization.objects.filter(pk=org.pk).update(seat_cap=1)
    said = text(page.stage(viewer))
    assert "That is over the limit of seats that your company set." in said
    assert "Enter payment details" not in said
    assert "Review changes" in said


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
