"""Requests for full access: asking, taking back, giving and declining, and who hears of it."""

from __future__ import annotations

import datetime as dt

import pytest

from access.changes import change_preview, staged_changes
from access.changes import save as grants
from access.grants.models import Grant
from access.grants.request_models import AccessRequest, RequestState
from access.members import members
from access.requests import access_requests
from access.structure import teams
from orgs.audit.models import AuditEvent
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Enter
from tests.access.invitations.mailed import texts
from tests.factories import add_member

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def of(member: Membership) -> list[AccessRequest]:
    """The person's requests, the oldest first."""
    with company_scope(member.org_id):
        return list(AccessRequest.objects.filter(member=member).select_related("answered_by").order_by("pk"))


def events(org: Organization, action: str) -> list[AuditEvent]:
    with company_scope(org.pk):
        return list(AuditEvent.objects.filter(org=org, action=action).order_by("number"))


# --- asking -----------------------------------------------------------------------------------------------
def test_who_asks_waits_and_the_administrators_get_a_mail_with_the_note(
    org: Organization, owner: Membership, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = access_requests.ask(member=viewer, note="Closing my own issues", now=now)
    assert (request.state, request.origin, request.made_at) == ("open", "asked", now)
    for administrator in (owner, admin):
        (mail,) = [text for text in texts(administrator.user.email) if "asks for Full access" in text]
        assert viewer.name in mail
        assert "Note: Closing my own issues" in mail
        assert f"/o/{org.slug}/access/requests/" in mail
    assert not any("asks for Full access" in text for text in texts(viewer.user.email))
    (event,) = events(org, "access.ask")
    assert (event.actor_id, event.target) == (viewer.pk, viewer.public_id)


def test_asking_again_answers_the_open_request_and_mails_nobody(
    org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    first = access_requests.ask(member=viewer, note="First", now=now)
    again = access_requests.ask(member=viewer, note="Second", now=now + 2 * access_requests.PAUSE)
    assert (again.pk, again.note) == (first.pk, "First")
    assert len(of(viewer)) == len(events(org, "access.ask")) == 1
    assert len([text for text in texts(owner.user.email) if "asks for" in text]) == 1


@pytest.mark.parametrize(("after", "mails"), [(access_requests.PAUSE - MINUTE, 1), (access_requests.PAUSE + MINUTE, 2)])
def test_administrators_get_one_mail_about_a_person_within_an_hour(
    owner: Membership, viewer: Membership, now: dt.datetime, after: dt.timedelta, mails: int
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    access_requests.withdraw(member=viewer, now=now + MINUTE)
    access_requests.ask(member=viewer, note="", now=now + after)
    assert len([text for text in texts(owner.user.email) if "asks for" in text]) == mails


def test_control_without_the_pause_every_request_is_mailed(
    owner: Membership, viewer: Membership, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_requests, "PAUSE", dt.timedelta(0))
    access_requests.ask(member=viewer, note="", now=now)
    access_requests.withdraw(member=viewer, now=now + MINUTE)
    access_requests.ask(member=viewer, note="", now=now + 2 * MINUTE)
    assert len([text for text in texts(owner.user.email) if "asks for" in text]) == 2


def test_the_pause_is_of_one_person(org: Organization, owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    for person in (viewer, add_member(org)):
        access_requests.ask(member=person, note="", now=now)
    assert len([text for text in texts(owner.user.email) if "asks for" in text]) == 2


def test_who_has_full_access_or_gives_it_or_is_out_does_not_ask(
    org: Organization, owner: Membership, admin: Membership, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    members.block(member=viewer, actor=owner, now=now)
    for person in (member, admin, viewer):
        with pytest.raises(Refused):
            access_requests.ask(member=person, note="", now=now)
        assert of(person) == []


# --- taking back ------------------------------------------------------------------------------------------
def test_withdrawn_request_waits_no_more_and_withdrawing_twice_does_it_once(
    org: Organization, viewer: Membership, now: dt.datetime
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    assert access_requests.withdraw(member=viewer, now=now + MINUTE)
    assert access_requests.withdraw(member=viewer, now=now + 2 * MINUTE) is None
    (request,) = of(viewer)
    assert (request.state, request.answered_at) == ("withdrawn", now + MINUTE)
    assert len(events(org, "access.withdraw")) == 1


def test_who_never_asked_has_nothing_to_withdraw(held: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused):
        access_requests.withdraw(member=held, now=now)
    assert of(held)[0].state == "open"


# --- giving -----------------------------------------------------------------------------------------------
def test_full_access_answers_the_request_whatever_gives_it(
    org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    with company_scope(org.pk):
        team = teams.create(org=org, name="Robots", actor=owner, now=now)
    give_team(org, owner, team.public_id, now)
    teams.add_people(team=team, people=[viewer], actor=owner, now=now + MINUTE)
    (request,) = of(viewer)
    assert (request.state, request.answered_by, request.answered_at) == ("granted", owner, now + MINUTE)
    (mail,) = [text for text in texts(viewer.user.email) if "You have Full access" in text]
    assert f"{owner.name} gave it to you." in mail


def give_team(org: Organization, owner: Membership, team: str, now: dt.datetime) -> None:
    """Stages and saves Full access for a team."""
    from_page = {("team", team): Level.FULL.value}
    with company_scope(org.pk):
        draft = staged_changes.stage(org=org, levels=from_page, author=owner, now=now).draft
        fresh = Organization.objects.get(pk=org.pk)
        digest = change_preview.preview(fresh, draft.changes, now=now).digest
    grants.save(org=org, token=draft.token, shown=digest, actor=owner, now=now)


def test_who_did_not_wait_gets_no_answer(owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    (told,) = [text for text in texts(viewer.user.email) if "You have Full access" in text]
    assert "because your access changed" in told
    assert "you were waiting" not in told


# --- declining --------------------------------------------------------------------------------------------
def test_declined_person_hears_who_and_why_stays_read_only_and_may_ask_again(
    org: Organization, owner: Membership, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = access_requests.ask(member=viewer, note="", now=now)
    access_requests.decline(request=request, reason="Ask again in January", actor=admin, now=now + MINUTE)
    (found,) = of(viewer)
    assert (found.state, found.reason, found.answered_by) == ("declined", "Ask again in January", admin)
    (mail,) = [text for text in texts(viewer.user.email) if "You stay Read only" in text]
    assert f"{admin.name} declined Full access for you." in mail
    assert "Reason: Ask again in January" in mail
    viewer.refresh_from_db()
    assert viewer.level == Level.READ_ONLY
    (event,) = events(org, "access.decline")
    assert (event.actor_id, event.target, event.data) == (admin.pk, viewer.public_id, {"origin": "asked"})
    assert access_requests.ask(member=viewer, note="", now=now + 2 * MINUTE).pk != request.pk


def test_two_administrators_give_one_answer(
    owner: Membership, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = access_requests.ask(member=viewer, note="", now=now)
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    with pytest.raises(Refused, match="meanwhile"):
        access_requests.decline(request=request, reason="No", actor=admin, now=now + MINUTE)
    assert of(viewer)[0].state == "granted"


def test_only_an_administrator_of_now_declines(owner: Membership, admin: Membership, viewer: Membership, now) -> None:
    request = access_requests.ask(member=viewer, note="", now=now)
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    with pytest.raises(Refused):
        access_requests.decline(request=request, reason="No", actor=admin, now=now)
    assert of(viewer)[0].state == "open"


def test_declined_join_takes_the_persons_own_level_back(
    org: Organization, owner: Membership, held: Membership, now: dt.datetime
) -> None:
    (request,) = of(held)
    access_requests.decline(request=request, reason="No seat this year", actor=owner, now=now)
    held.refresh_from_db()
    assert (held.level, held.held_at) == (Level.READ_ONLY, None)
    Organization.objects.filter(pk=org.pk).update(seat_cap=None)
    members.block(member=held, actor=owner, now=now)
    members.unblock(member=held, actor=owner, now=now)
    held.refresh_from_db()
    assert held.level == Level.READ_ONLY


def test_declined_join_through_a_team_stays_without_a_seat(
    org: Organization, owner: Membership, member: Membership, enter: Enter, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        team = teams.create(org=org, name="Robots", actor=owner, now=now)
    give_team(org, owner, team.public_id, now)
    Organization.objects.filter(pk=org.pk).update(seat_cap=1)
    found = enter(Level.READ_ONLY, team)
    access_requests.decline(request=of(found)[0], reason="No seat", actor=owner, now=now)
    found.refresh_from_db()
    assert found.held_at
    assert found.level == Level.READ_ONLY
    assert [request.state for request in of(found)] == ["declined"]
    assert access_requests.ask(member=found, note="", now=now).state == "open"


def test_who_leaves_waits_no_more(owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    members.remove(member=viewer, actor=owner, now=now)
    assert of(viewer)[0].state == "withdrawn"


def test_who_leaves_keeps_no_grant_and_waits_no_more(
    org: Organization, owner: Membership, held: Membership, now: dt.datetime
) -> None:
    members.remove(member=held, actor=owner, now=now)
    with company_scope(org.pk):
        assert not Grant.objects.filter(org=org, member=held).exists()
        assert [row.state for row in AccessRequest.objects.filter(org=org, member=held)] == [RequestState.WITHDRAWN]
