"""The reminder of an invitation: three days before its end, once, and only while it can be taken (product.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from access.invitations import invitations, reminders, token_status
from access.invitations.tasks import remind_invited
from access.joining import acceptance
from access.joining.acceptance import Person
from access.members import members
from access.members.members import Terms
from orgs.lifecycle import closing
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, OrganizationQuerySet
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.concurrency import Meeting
from tests.factories import UserFactory, add_member

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
PRIYA = "priya@example.net"
NEW = Person("Priya", "Nair", "a-long-enough-password")


@pytest.fixture
def invitation(owner: Membership, terms: Terms, now: dt.datetime) -> Invitation:
    """Sent to Priya eleven days ago: its last three days begin now."""
    invitations.invite(org=owner.org, emails=[PRIYA], terms=terms, actor=owner, now=now - 11 * DAY)
    with company_scope(owner.org_id):
        return Invitation.objects.select_related("department", "team", "org").get(email=PRIYA)


def remind(now: dt.datetime) -> int:
    """What a round of beat does; how many were reminded."""
    reminders.withdraw_stale(now)
    return sum(reminders.remind(invitation, org_id=org, now=now) for invitation, org in reminders.due(now))


def reminded(email: str = PRIYA) -> list[str]:
    """The texts of the reminders to an address."""
    with platform_scope():
        found = Mail.objects.filter(to=email, key__startswith=invitations.REMINDER).order_by("pk")
        return [outbox.open_letter(mail).text for mail in found]


def test_reminder_goes_out_three_days_before_the_end_and_once(invitation: Invitation, now: dt.datetime) -> None:
    assert invitation.expires_at == now + 3 * DAY
    assert remind(now - dt.timedelta(seconds=1)) == 0
    assert remind(now) == 1
    assert [remind(now + later * DAY) for later in (0, 1, 2)] == [0, 0, 0]
    (text,) = reminded()
    assert "ends in 3 days" in text
    assert "Northwind Robotics" in text


def test_late_round_tells_what_is_true_then_and_after_the_end_nothing(
    invitation: Invitation, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    tom = "tom@example.net"
    invitations.invite(org=owner.org, emails=[tom], terms=terms, actor=owner, now=now - 14 * DAY)
    assert remind(now + 2 * DAY) == 1
    assert "ends in 1 day" in reminded()[0]
    assert reminded(tom) == []


def test_both_links_open_the_invitation_until_one_is_used(
    invitation: Invitation, now: dt.datetime, client: Client
) -> None:
    first = mailed.token(PRIYA)
    remind(now)
    second = mailed.token(PRIYA)
    assert first != second
    for token in (first, second):
        assert client.get(reverse("access:invitation", args=[token])).status_code == 200
    member = acceptance.accept_as_new(token=second, person=NEW, now=now)
    assert member.user.email == PRIYA
    assert [token_status.invitation_offer(token, now=now).state for token in (first, second)] == ["accepted"] * 2


def test_token_of_the_reminder_is_stored_as_a_digest_alone(invitation: Invitation, now: dt.datetime) -> None:
    remind(now)
    token = mailed.token(PRIYA)
    with company_scope(invitation.org_id):
        assert token not in repr(list(Invitation.objects.values()))


# --- who gets none -------------------------------------------------------------------------------------
def revoke(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    invitations.revoke(invitation=invitation, actor=owner, now=now)


def accept(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)


def resend(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    invitations.resend(invitation=invitation, actor=owner, now=now)


def join_otherwise(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    add_member(owner.org, user=UserFactory(email=PRIYA))


def fill_the_company(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    Organization.objects.filter(pk=owner.org_id).update(account_limit=1)


def block_the_inviter(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    Membership.objects.filter(pk=owner.pk).update(blocked_at=now)


def close_the_company(invitation: Invitation, owner: Membership, now: dt.datetime) -> None:
    closing.ask(name=owner.org.name, actor=owner, now=now - DAY)
    assert closing.close(owner.org_id, now=now)


ENDINGS = [revoke, accept, resend, join_otherwise, fill_the_company, block_the_inviter, close_the_company]
End = Callable[[Invitation, Membership, dt.datetime], None]


@pytest.mark.parametrize("end", ENDINGS)
def test_invitation_that_cannot_be_taken_is_not_reminded_of(
    end: End, invitation: Invitation, owner: Membership, now: dt.datetime
) -> None:
    end(invitation, owner, now)
    assert remind(now) == 0
    assert remind(now + 12 * DAY) == 0, "one that was sent again has had its second mail"
    assert reminded() == []


@pytest.mark.parametrize("end", [revoke, accept, resend])
def test_reminder_that_still_waits_is_withdrawn(
    end: End, invitation: Invitation, owner: Membership, now: dt.datetime
) -> None:
    remind(now)
    old = mailed.token(PRIYA)
    end(invitation, owner, now + DAY)
    assert reminded() == []
    if end is resend:
        assert token_status.invitation_offer(old, now=now + DAY).state == "replaced"


def test_reminder_that_waited_until_the_end_is_not_sent(invitation: Invitation, now: dt.datetime) -> None:
    remind(now)
    assert reminders.withdraw_stale(now + 3 * DAY - dt.timedelta(seconds=1)) == 0
    assert reminders.withdraw_stale(now + 3 * DAY) == 1
    assert reminded() == []


def test_other_company_is_not_touched(invitation: Invitation, outsider: Membership, now: dt.datetime) -> None:
    with company_scope(outsider.org_id):
        assert not reminders.remind(invitation.pk, org_id=outsider.org_id, now=now)
    assert remind(now) == 1


def test_task_reminds_by_the_databases_clock(invitation: Invitation) -> None:
    remind_invited()
    assert len(reminded()) == 1


def test_blocked_person_is_here_and_is_not_written_to(
    invitation: Invitation, owner: Membership, now: dt.datetime
) -> None:
    member = add_member(owner.org, user=UserFactory(email=PRIYA))
    members.block(member=member, actor=owner, now=now)
    assert remind(now) == 0


# --- races ---------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "control"])
def test_two_rounds_at_once_remind_once(
    is_locked: bool, invitation: Invitation, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the company's lock and the day's rows the second round gives the mail a token that opens nothing."""
    if not is_locked:
        monkeypatch.setattr(reminders, "_may_be_mailed", lambda *_: True)
        monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
    from_due = reminders.due(now)

    def once(_: int) -> bool:
        try:
            return sum(reminders.remind(invitation, org_id=org, now=now) for invitation, org in from_due) == 1
        finally:
            connections.close_all()

    meeting = Meeting(2, 0.5 if is_locked else 20)
    monkeypatch.setattr(reminders, "_can_be_taken", meeting.after(reminders._can_be_taken))
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(once, range(2)))
    assert told.count(True) == (1 if is_locked else 2)
    assert len(reminded()) == 1
