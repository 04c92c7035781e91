"""Who began a payment is told by mail that it came."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from billing.ledger.top_up_models import Method
from billing.top_ups import operations, top_ups
from orgs.tenancy.membership_models import Membership, Role
from tests.billing.companies import NOW, found, staff
from tests.billing.ledger import books
from tests.billing.mailed import begin, letter, mails, owner_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", Method)
def test_who_began_the_payment_is_told_that_it_came(method: Method) -> None:
    org = found()
    books.take(org, 30_00, NOW, key="earlier")
    top_up = begin(org, method=method)
    assert mails(org, "top-up:") == []
    for _ in range(3):
        top_ups.credit(top_up, now=NOW)
    mail, said = letter(org, "top-up:")
    assert (mail.key, mail.to) == (f"top-up:{top_up.public_id}", owner_of(org).user.email)
    assert mail.subject == "Your top up of $100.00 has arrived"
    assert "\nYour top up of $100.00 has arrived. The balance is $70.00.\n" in said.text
    assert "Your top up of <b>$100.00</b> has arrived. The balance is <b>$70.00</b>." in " ".join(said.html.split())
    assert settings.ORIGIN + reverse("billing:detailed", args=[org.slug]) in said.text


def test_what_came_is_told_and_not_what_was_asked_for() -> None:
    org = found()
    top_up = begin(org)
    operator = UserFactory(is_staff=True)
    operations.record_received(top_up=top_up, amount=99_50, operator=operator, reason="statement 7", now=NOW)
    mail, said = letter(org, "top-up:")
    assert mail.subject == "Your top up of $99.50 has arrived"
    assert "The balance is $99.50." in said.text
    assert "statement 7" not in said.text


def test_money_that_did_not_come_is_no_reason_for_a_mail() -> None:
    org = found()
    for act in (top_ups.fail, top_ups.expire, top_ups.hold_for_review):
        act(begin(org, method=Method.CARD), now=NOW)
    assert mails(org, "top-up:") == []


def test_who_is_no_administrator_any_more_is_not_told() -> None:
    org = found()
    (member,) = staff(org, 1)
    Membership.objects.filter(pk=member.pk).update(role=Role.ADMINISTRATOR)
    member.refresh_from_db()
    member.org = org
    top_up = top_ups.begin(org=org, amount=1_00, method=Method.CARD, token=uuid4(), actor=member, now=NOW)
    Membership.objects.filter(pk=member.pk).update(role=Role.EMPLOYEE)
    top_ups.credit(top_up, now=NOW)
    assert books.balance(org) == 1_00
    assert mails(org, "top-up:") == []
