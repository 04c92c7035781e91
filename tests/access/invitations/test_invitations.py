"""Invitations: what administrators do with them, and what their token is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from access.invitations import invitations, token_status
from access.invitations.invitations import LIFE
from access.joining import acceptance
from access.joining.acceptance import Person
from access.members import members
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.people.joining_models import Invitation
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.database import tables_with
from tests.factories import UserFactory, add_member, make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db

PRIYA = "priya@example.net"
NEW = Person("Priya", "Nair", "a-long-enough-password")


def invite(org: Organization, actor: Membership, terms: Terms, now: dt.datetime, *emails: str) -> invitations.Invited:
    return invitations.invite(org=org, emails=list(emails or [PRIYA]), terms=terms, actor=actor, now=now)


def only(org: Organization) -> Invitation:
    with company_scope(org.pk):
        return Invitation.objects.select_related("department", "team").get(org=org)


def test_invitation_goes_out_by_mail_and_ends_after_14_days(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    assert invite(org, owner, terms, now).new == (PRIYA,)
    offer = token_status.invitation_offer(mailed.token(PRIYA), now=now)
    assert offer
    assert offer.is_open
    assert offer.email == PRIYA
    assert offer.expires_at == now + LIFE
    at_the_end = token_status.invitation_offer(mailed.token(PRIYA), now=now + LIFE)
    assert at_the_end
    assert at_the_end.state == "expired"


def test_person_joins_with_a_new_account_without_a_second_mail(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    assert (member.user.email, member.role, member.level) == (PRIYA, Role.EMPLOYEE, Level.READ_ONLY)
    assert EmailAddress.objects.get(user=member.user).verified
    assert member.user.check_password(NEW.password)
    assert len(mailed.texts(PRIYA)) == 1
    assert only(org).accepted_by_id == member.pk


def test_person_joins_with_the_account_that_has_proved_the_address_beside_its_login(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=PRIYA, verified=True, primary=False)
    invite(org, owner, terms, now)
    assert acceptance.accept(token=mailed.token(PRIYA), user=user, now=now).user == user


def test_address_that_is_not_proved_is_worth_nothing(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=PRIYA, verified=False, primary=False)
    look_alike = UserFactory(email="priya@examp1e.net")
    invite(org, owner, terms, now)
    for somebody in (user, look_alike, UserFactory()):
        with pytest.raises(Refused, match=PRIYA):
            acceptance.accept(token=mailed.token(PRIYA), user=somebody, now=now)


def test_new_account_is_refused_when_the_address_has_one(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    UserFactory(email=PRIYA)
    invite(org, owner, terms, now)
    with pytest.raises(Refused, match="already has an account"):
        acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    assert only(org).accepted_at is None


def test_terms_are_those_of_the_invitation(org: Organization, owner: Membership, now: dt.datetime) -> None:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        software = Department.objects.create(org=org, name="Software", parent=root)
        vision = Team.objects.create(org=org, name="Vision")
    invite(org, owner, Terms(Level.FULL, software, vision), now)
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    org.refresh_from_db()
    assert (member.level, member.department_id, org.full_seats) == (Level.FULL, software.pk, 1)
    with company_scope(org.pk):
        assert TeamMember.objects.filter(org=org, team=vision, member=member).exists()


def test_full_access_beyond_the_free_seats_becomes_read_only_without_a_payer(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=org.pk).update(free_seats=0)
    invite(org, owner, Terms(Level.FULL, terms.department), now)
    assert acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now).level == Level.READ_ONLY


def test_invitation_counts_once(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> None:
    invite(org, owner, terms, now)
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    with pytest.raises(Refused):
        acceptance.accept(token=mailed.token(PRIYA), user=member.user, now=now)


def test_revoked_invitation_no_longer_counts(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    invitations.revoke(invitation=only(org), actor=owner, now=now)
    with pytest.raises(Refused):
        acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    for act in (invitations.revoke, invitations.resend):
        with pytest.raises(Refused, match="revoked"):
            act(invitation=only(org), actor=owner, now=now)
    assert not User.objects.filter(email=PRIYA).exists()


def test_sent_again_has_a_new_token_and_14_new_days(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime, later: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    first = mailed.token(PRIYA)
    invitations.resend(invitation=only(org), actor=owner, now=later)
    assert mailed.token(PRIYA) != first
    offer = token_status.invitation_offer(first, now=later)
    assert offer
    assert offer.state == "replaced"
    assert only(org).expires_at == later + LIFE
    with pytest.raises(Refused, match="one invitation a day"):
        invitations.resend(invitation=only(org), actor=owner, now=later)


def test_inviting_somebody_invited_sends_again_and_somebody_here_is_left_out(
    org: Organization, owner: Membership, viewer: Membership, terms: Terms, now: dt.datetime, later: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    invited = invite(org, owner, terms, later, PRIYA, viewer.user.email, "tom@example.net")
    assert invited == invitations.Invited(("tom@example.net",), (PRIYA,), (viewer.user.email,))
    assert len(mailed.texts(PRIYA)) == 2
    assert mailed.texts(viewer.user.email) == []


def test_invitation_does_not_outlive_the_right_of_who_sent_it(
    org: Organization, owner: Membership, admin: Membership, terms: Terms, now: dt.datetime, later: dt.datetime
) -> None:
    invite(org, admin, terms, now)
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    with pytest.raises(Refused):
        acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    invitations.resend(invitation=only(org), actor=owner, now=later)
    assert acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now).is_current


@pytest.mark.parametrize("act", ["invite", "resend", "revoke"])
def test_only_administrators_invite(
    org: Organization, owner: Membership, member: Membership, terms: Terms, now: dt.datetime, act: str
) -> None:
    invite(org, owner, terms, now)
    acts: dict[str, Callable[[], Any]] = {
        "invite": lambda: invite(org, member, terms, now),
        "resend": lambda: invitations.resend(invitation=only(org), actor=member, now=now),
        "revoke": lambda: invitations.revoke(invitation=only(org), actor=member, now=now),
    }
    with pytest.raises(Refused, match="administrators"):
        acts[act]()


def test_full_company_invites_nobody_and_lets_nobody_in(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime, settings: Any
) -> None:
    invite(org, owner, terms, now)
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    for act in (
        lambda: invite(org, owner, terms, now, "tom@example.net"),
        lambda: acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now),
    ):
        with pytest.raises(Refused, match=settings.SUPPORT_EMAIL):
            act()


def test_former_member_comes_back_by_invitation(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    user = UserFactory(email=PRIYA)
    member = add_member(org, user=user)
    Membership.objects.filter(pk=member.pk).update(ended_at=now)
    invite(org, owner, terms, now)
    assert acceptance.accept(token=mailed.token(PRIYA), user=user, now=now).pk != member.pk


def test_whoever_missed_the_end_asks_once_a_day(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    token, late = mailed.token(PRIYA), now + LIFE
    with pytest.raises(Refused):
        acceptance.ask_again(token=token, now=now)
    for _ in range(3):
        acceptance.ask_again(token=token, now=late)
    assert sum(PRIYA in text for text in mailed.texts(owner.user.email)) == 1


def test_raw_token_is_nowhere_in_the_database(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    token = mailed.token(PRIYA)
    assert tables_with(token) == []
    with platform_scope():
        assert tables_with(PRIYA) != []  # the control: the search finds what is there


def test_invitation_of_one_company_is_nothing_in_another(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime, outsider: Membership
) -> None:
    invite(org, owner, terms, now)
    with company_scope(outsider.org_id):
        assert not Invitation.objects.exists()
    other = make_company("Contoso")
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    assert member.org_id == org.pk
    assert not other.memberships.filter(user=member.user).exists()


def test_join_is_the_one_way_in_and_writes_who_came_how(
    org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invite(org, owner, terms, now)
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    with company_scope(org.pk):
        event = AuditEvent.objects.get(org=org, action="member.join", target=member.public_id)
    assert event.data["through"] == f"invitation:{only(org).public_id}"
    with pytest.raises(Refused, match="already here"):
        members.join(org=org, user=member.user, now=now)
