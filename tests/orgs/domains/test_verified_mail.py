"""The mail that says a domain is verified: to the administrators who linked it or asked to verify it, once."""

from __future__ import annotations

import datetime as dt

import pytest

from orgs.domains import domains
from orgs.domains.models import Answer
from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.factories import make_administrator
from tests.orgs.domains.linked import DAY, find_out, link, verify

pytestmark = pytest.mark.django_db


def told(who: Membership) -> list[Mail]:
    with company_scope(who.org_id):
        found = Mail.objects.filter(org=who.org_id, to=who.user.email, key__startswith="domain-verified:")
        return list(found.order_by("pk"))


def test_who_linked_it_is_told_and_others_are_not(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    verify(admin, now=now)
    (mail,) = told(admin)
    assert mail.subject == "acme.example is verified"
    text = outbox.open_letter(mail).text
    assert "Accounts can be created at this domain now." in text
    assert f"/o/{admin.org.slug}/company/domains/" in text
    assert told(owner) == []


def test_who_asked_to_verify_it_is_told_too(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    domain = link(admin, now=now)
    domains.ask_check(domain=domain, actor=owner, now=now)
    find_out(domain, Answer.NO_RECORD, at=now)
    assert (told(admin), told(owner)) == ([], [])
    find_out(domain, Answer.PRESENT, at=now + DAY)
    assert [len(told(who)) for who in (admin, owner)] == [1, 1]
    find_out(domain, Answer.PRESENT, at=now + 2 * DAY)
    assert [len(told(who)) for who in (admin, owner)] == [1, 1], "it was verified before"


def test_who_is_no_administrator_any_more_is_not_told(owner: Membership, now: dt.datetime) -> None:
    admin = make_administrator(owner.org)
    domain = link(admin, now=now)
    Membership.objects.filter(pk=admin.pk).update(role="employee")
    find_out(domain, Answer.PRESENT, at=now)
    assert told(admin) == []


def test_domain_that_another_company_holds_is_told_to_nobody(
    owner: Membership, outsider: Membership, now: dt.datetime
) -> None:
    verify(outsider, now=now)
    assert find_out(link(owner, now=now), Answer.PRESENT, at=now).answer == Answer.TAKEN
    assert told(owner) == []
    assert len(told(outsider)) == 1


def test_name_is_shown_as_it_is_written(owner: Membership, now: dt.datetime) -> None:
    verify(owner, "bücher.example", now=now)
    assert told(owner)[0].subject == "bücher.example is verified"


def test_drainer_sends_it_as_it_is(owner: Membership, now: dt.datetime, mailoutbox: list[object]) -> None:
    verify(owner, now=now)
    (mail,) = told(owner)
    assert mail_sender.deliver(mail)
    assert len(mailoutbox) == 1
