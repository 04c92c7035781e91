"""How many invitation mails go out a day: to one address, and by one company (product.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from access.invitations import invitations, mail_limits, reminders
from access.invitations.tasks import remind_invited
from access.members.members import Terms
from billing.ledger import ledger
from billing.ledger.models import AccountCode, EntryKind
from orgs.domains.models import Domain
from orgs.mail.mailing_models import AddressMailing, CompanyMailing
from orgs.people.joining_models import Invitation
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, OrganizationQuerySet
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.concurrency import at_once
from tests.factories import make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2030, 5, 6, 12, tzinfo=dt.UTC)
PRIYA = "priya@example.net"


def invite(org: Organization, *emails: str, now: dt.datetime = NOON) -> invitations.Invited:
    """The owner invites them, Read only."""
    owner = org.memberships.get(role=Role.OWNER)
    with company_scope(org.pk):
        terms = Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))
    return invitations.invite(org=org, emails=list(emails or [PRIYA]), terms=terms, actor=owner, now=now)


def people(number: int, start: int = 0) -> list[str]:
    return [f"n{index}@example.net" for index in range(start, start + number)]


def only(org: Organization) -> Invitation:
    with company_scope(org.pk):
        return Invitation.objects.select_related("department", "team").get(org=org)


def other_companies(number: int) -> list[Organization]:
    return [make_company(f"Contoso {index}") for index in range(number)]


# --- one address ---------------------------------------------------------------------------------------
def test_address_is_mailed_once_a_day_by_one_company(org: Organization) -> None:
    assert invite(org).new == (PRIYA,)
    again = invite(org, PRIYA, "tom@example.net", now=NOON + dt.timedelta(hours=11))
    assert (again.new, again.again, again.too_often) == (("tom@example.net",), (), (PRIYA,))
    assert len(mailed.texts(PRIYA)) == 1
    assert invite(org, now=NOON + dt.timedelta(hours=12)).again == (PRIYA,), "the next day in UTC has begun"


def test_resend_says_when_it_may_again(org: Organization, owner: Membership) -> None:
    invite(org)
    with timezone.override("Europe/Berlin"), pytest.raises(Refused, match=r"from 7 May 2030, 02:00 Europe/Berlin"):
        invitations.resend(invitation=only(org), actor=owner, now=NOON + dt.timedelta(hours=11))
    assert invitations.resend(invitation=only(org), actor=owner, now=NOON + dt.timedelta(hours=12)).sendings == 2


def test_revoked_and_invited_anew_is_the_same_address(org: Organization, owner: Membership) -> None:
    invite(org)
    invitations.revoke(invitation=only(org), actor=owner, now=NOON)
    assert invite(org).too_often == (PRIYA,)
    assert len(mailed.texts(PRIYA)) == 1


def test_reminder_counts_like_any_other_mail(org: Organization, owner: Membership) -> None:
    invite(org, now=NOON - 11 * DAY)
    assert reminders.remind(only(org).pk, org_id=org.pk, now=NOON)
    with pytest.raises(Refused, match="one invitation a day"):
        invitations.resend(invitation=only(org), actor=owner, now=NOON)


def test_reminder_waits_for_the_next_day_when_the_address_has_had_its_mails(org: Organization) -> None:
    invite(org, now=NOON - 11 * DAY)
    for other in other_companies(3):
        invite(other)
    assert not reminders.remind(only(org).pk, org_id=org.pk, now=NOON)
    assert reminders.remind(only(org).pk, org_id=org.pk, now=NOON + DAY)


def test_address_is_mailed_three_times_a_day_by_all_companies(org: Organization) -> None:
    told = [invite(company).sent for company in [*other_companies(3), org]]
    assert told == [1, 1, 1, 0]
    assert len(mailed.texts(PRIYA)) == 3
    assert invite(org, now=NOON + DAY).sent == 1


def test_address_that_was_left_out_takes_no_place_of_the_company(org: Organization) -> None:
    for other in other_companies(3):
        invite(other)
    invite(org)
    with company_scope(org.pk):
        assert mail_limits.allowance(org, NOON).left == 100


# --- one company ---------------------------------------------------------------------------------------
def test_company_that_nobody_knows_sends_a_hundred_a_day(org: Organization) -> None:
    CompanyMailing.objects.create(org_id=org.pk, digest="of the 97th", day=NOON.date(), number=97)
    with pytest.raises(Refused, match=r"3 more .* these are 4\. More can go out from 7 May 2030, 00:00 UTC\."):
        invite(org, *people(4, 97))
    assert invite(org, *people(3, 97)).sent == 3
    with pytest.raises(Refused, match=r"Today’s 100 invitations are sent\. More can go out from 7 May 2030"):
        invite(org, "one-more@example.net")
    assert invite(org, "one-more@example.net", now=NOON + DAY).sent == 1


def pay(org: Organization) -> None:
    with company_scope(org.pk):
        amounts = {AccountCode.CUSTOMER: 500, AccountCode.CARD: -500}
        ledger.post(Organization.objects.lock(org.pk), EntryKind.TOP_UP, key="paid", amounts=amounts, now=NOON)


@pytest.mark.parametrize("proof", ["domain", "payment"])
def test_company_that_paid_or_verified_a_domain_sends_a_thousand(
    org: Organization, proof: str, request: pytest.FixtureRequest
) -> None:
    with company_scope(org.pk):
        assert mail_limits.allowance(org, NOON).most == 100
    if proof == "domain":
        request.getfixturevalue("domain")
    else:
        pay(org)
    CompanyMailing.objects.create(org_id=org.pk, digest="of the last but one", day=NOON.date(), number=999)
    assert invite(org).sent == 1
    with pytest.raises(Refused, match="Today’s 1,000 invitations are sent"):
        invite(org, "one-more@example.net")


def test_domain_that_is_only_linked_proves_nothing(org: Organization, domain: Domain) -> None:
    with company_scope(org.pk):
        Domain.objects.filter(pk=domain.pk).update(state="unverified", verified_at=None, is_primary=False)
        assert mail_limits.allowance(org, NOON).most == 100


# --- rows that only one mail can have --------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_on", [True, False], ids=["limited", "control"])
def test_ten_companies_at_once_mail_an_address_three_times(is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: when each company writes another digest of the address down, all ten mails go out."""
    if not is_on:
        monkeypatch.setattr(mail_limits, "_digest", lambda _email: uuid4().hex)
    companies = other_companies(10)
    at_once(partial(invite, company) for company in companies)
    assert len(mailed.texts(PRIYA)) == (3 if is_on else 10)


@pytest.mark.django_db(transaction=True)
def test_many_addresses_at_once_from_many_companies_wait_for_nobody_for_ever(org: Organization) -> None:
    """Each company names them in another order; places are taken in one."""
    companies, emails = other_companies(8), people(12)
    at_once(partial(invite, org, *emails[:: 1 if number % 2 else -1]) for number, org in enumerate(companies))
    assert {email: len(mailed.texts(email)) for email in emails} == dict.fromkeys(emails, 3)


@pytest.mark.django_db(transaction=True)
def test_without_the_companys_lock_the_rows_hold_all_the_same(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds its place taken fails as a whole: nothing of it is mailed."""
    monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))

    def attempt(number: int) -> None:
        try:
            invite(org, PRIYA, f"n{number}@example.net")
        except IntegrityError as error:
            raise Refused("taken") from error

    at_once(partial(attempt, number) for number in range(8))
    assert len(mailed.texts(PRIYA)) == 1


def test_database_knows_no_fourth_mail_and_no_second_of_one_company(org: Organization) -> None:
    place = {"digest": "d", "day": NOON.date(), "number": 1}
    AddressMailing.objects.create(**place)
    CompanyMailing.objects.create(org_id=org.pk, **place)
    refused: list[Callable[[], object]] = [
        lambda: AddressMailing.objects.create(**place),
        lambda: AddressMailing.objects.create(**place | {"number": 4}),
        lambda: CompanyMailing.objects.create(org_id=org.pk, **place | {"number": 2}),
        lambda: CompanyMailing.objects.create(org_id=org.pk, **place | {"digest": "e"}),
        lambda: CompanyMailing.objects.create(org_id=org.pk, **place | {"digest": "e", "number": 1_001}),
    ]
    for insert in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            insert()


def test_rows_name_nobody_and_are_forgotten(org: Organization) -> None:
    now = timezone.now()
    for days in (0, 1, 3):
        invite(org, f"n{days}@example.net", now=now - days * DAY)
    rows = repr([*AddressMailing.objects.values(), *CompanyMailing.objects.values()])
    assert "example" not in rows
    remind_invited()
    assert {row.day for row in AddressMailing.objects.all()} == {(now - days * DAY).date() for days in (0, 1)}
    assert CompanyMailing.objects.count() == 2


def test_reminders_of_a_company_that_sent_its_mails_hold_up_nobody(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round takes some at random: with one at a time the other company's has its turn."""
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    other = make_company("Contoso")
    invite(org, *people(5), now=NOON - 11 * DAY - dt.timedelta(minutes=1))
    invite(other, now=NOON - 11 * DAY)
    drawn = {reminders.due(NOON)[0][1] for _ in range(300)}
    assert drawn == {org.pk, other.pk}


# --- pages ---------------------------------------------------------------------------------------------
def test_pages_say_what_was_left_out_and_when_it_may_go_out(org: Organization, admin: Membership, login: Login) -> None:
    client, base = login(admin), f"/o/{org.slug}/access/"
    data: dict[str, Any] = {"addresses": PRIYA, "level": "read_only"}
    client.post(f"{base}invite/", data)
    again = client.post(f"{base}invite/", data | {"addresses": f"{PRIYA} tom@example.net"}, follow=True)
    html = again.content.decode()
    assert "1 invitation sent." in html
    assert f"Not sent: {PRIYA}. One address gets one invitation a day" in html
    assert "Resend from" in html
    assert f"Resend to {PRIYA}" not in html
    with company_scope(org.pk):
        found = Invitation.objects.get(email=PRIYA)
    resent = client.post(f"{base}invitations/{found.public_id}/resend/", follow=True).content.decode()
    assert "It can be sent again from" in resent


def test_form_keeps_the_addresses_that_are_too_many_for_today(
    org: Organization, admin: Membership, login: Login
) -> None:
    client, url = login(admin), f"/o/{org.slug}/access/invite/"
    assert "100 more invitations can go out today" in client.get(url).content.decode()
    response = client.post(url, {"addresses": " ".join(people(101)), "level": "read_only"})
    html = response.content.decode()
    assert response.status_code == 400
    assert "100 more invitations can go out today, and these are 101." in html
    assert "n100@example.net" in html
    with platform_scope():
        assert not Invitation.objects.filter(org=org).exists()
