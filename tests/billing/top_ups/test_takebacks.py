"""What follows when money is taken back: debts, statements, pages, and what operators see and may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from billing.documents import printable_statement, statements
from billing.documents.statements import Period
from billing.ledger.models import Entry
from billing.ledger.refund_models import Takeback
from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import operations
from orgs.mail.models import Mail
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW
from tests.billing.ledger import books
from tests.billing.top_ups.card import begin, paid, row, send
from tests.billing.top_ups.stripe_stub import Stripe, message
from tests.billing.top_ups.taken import REINSTATED, WITHDRAWN, dispute, errors, refund, state
from tests.factories import UserFactory
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db


# --- what follows -----------------------------------------------------------------------------------------
def test_balance_below_zero_is_due_and_told_and_back_at_zero_is_nothing_owed(received: TopUp) -> None:
    """The money was used; then the cardholder disputes it, and loses."""
    org = received.org
    books.take(org, 70_00, NOW, key="month")
    assert send(dispute(WITHDRAWN)) == 200
    org.refresh_from_db()
    assert (books.balance(org), org.debt_due_at) == (-70_00, dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    with platform_scope():
        subjects = list(Mail.objects.filter(org=org, key__startswith="balance:").values_list("subject", flat=True))
    assert len(subjects) == 1
    assert send(dispute(REINSTATED)) == 200
    org.refresh_from_db()
    assert (books.balance(org), org.debt_due_at) == (30_00, None)


def test_statement_page_and_ledger_say_the_same(received: TopUp, browser: Client) -> None:
    assert send(refund(40_00)) == send(dispute(WITHDRAWN, 60_00)) == send(dispute(REINSTATED, 60_00)) == 200
    with company_scope(received.org_id):
        made = statements.whole(received.org, Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)))
    assert [(line.told.text, line.amount) for line in made.lines] == [
        ("Top up by card", 100_00),
        ("Refund to the card", -40_00),
        ("Payment disputed by the cardholder", -60_00),
        ("Reversal of: Payment disputed by the cardholder", 60_00),
    ]
    assert made.closing == books.balance(received.org) == 60_00
    page = main(browser.get(reverse("billing:statement", args=[received.org.slug])))
    assert all(line.told.text in page for line in made.lines)


def test_statement_of_a_russian_company_is_in_russian(received: TopUp) -> None:
    Organization.objects.filter(pk=received.org_id).update(language="ru")
    assert send(refund(40_00)) == send(dispute(WITHDRAWN, 60_00)) == 200
    with company_scope(received.org_id):
        org = Organization.objects.get(pk=received.org_id)
        paper = printable_statement.printable(org, Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)))
    assert [each.cells[1] for each in paper.rows][-2:] == ["Возврат на карту", "Платёж оспорен владельцем карты"]


def test_page_of_the_payment_says_what_went_back(received: TopUp, browser: Client) -> None:
    page = reverse("billing:top_up_result", args=[received.org.slug, received.public_id])
    assert "Refund to the card" not in main(browser.get(page))
    assert send(refund(40_00)) == send(refund(100_01, id="re_2")) == send(dispute(WITHDRAWN, 1_00)) == 200
    assert send(dispute(REINSTATED, 1_00)) == 200
    said = main(browser.get(page))
    assert said.count("Refund to the card") == said.count("$40.00") == 1
    assert "disputed" not in said


def test_activity_log_has_words_for_it(received: TopUp, browser: Client) -> None:
    assert send(refund(40_00)) == send(dispute(WITHDRAWN, 60_00)) == send(dispute(REINSTATED, 60_00)) == 200
    assert send(refund(60_01, id="re_2")) == 200
    said = main(browser.get(reverse("access:activity", args=[received.org.slug])))
    for words in (
        "refunded $40.00 of a top up to the card",
        "gave back $60.00 of a top up that the cardholder disputes",
        "got $60.00 back that had been taken from a top up",
        "began to check $60.01 that was taken from a top up",
    ):
        assert words in said


# --- operators --------------------------------------------------------------------------------------------
def test_payment_that_an_operator_took_back_is_not_taken_twice(
    received: TopUp, caplog: pytest.LogCaptureFixture
) -> None:
    operator = UserFactory(is_staff=True)
    with company_scope(received.org_id):
        entry = Entry.objects.get(org=received.org).public_id
    operations.reverse(org=received.org, entry=entry, operator=operator, reason="entered twice", now=NOW)
    assert send(refund(40_00)) == 200
    assert (books.balance(received.org), state(received)) == (0, "review")
    assert len(errors(caplog)) == 1


def test_operator_does_not_take_back_what_the_provider_took(received: TopUp) -> None:
    operator = UserFactory(is_staff=True)
    with company_scope(received.org_id):
        entry = Entry.objects.get(org=received.org).public_id
    assert send(dispute(WITHDRAWN, 60_00)) == 200
    facts = {"org": received.org, "entry": entry, "operator": operator, "reason": "why not", "now": NOW}
    with pytest.raises(Refused, match="took money of this payment back already"):
        operations.reverse(**facts)
    assert send(dispute(REINSTATED, 60_00)) == 200
    operations.reverse(**facts)  # the control
    assert books.balance(received.org) == 0


def test_refund_of_a_payment_that_is_being_checked_is_checked_with_it(
    api: Stripe, org: Organization, owner: Membership
) -> None:
    top_up = begin(owner)
    assert send(message("completed", paid(api, top_up, amount_total=1_00))) == 200
    assert send(refund(1_00)) == 200
    assert (row(top_up).state, state(top_up), books.balance(org)) == (TopUpState.REVIEW, "review", 0)


def test_operator_sees_what_was_taken_back(received: TopUp, stranger: Any, login: Any) -> None:
    stranger.is_staff = True
    stranger.save()
    assert send(refund(100_01)) == 200
    page = login(stranger).get(f"/operator/billing/topup/{received.pk}/change/").content.decode()
    assert "re_1" in page
    assert "$100.01" in page
    assert "Being checked" in page


def test_database_keeps_one_row_and_its_entry(received: TopUp) -> None:
    """The controls of the table: what is taken has an entry, what is checked has none, a provider's id is one row."""
    assert send(refund()) == 200
    with company_scope(received.org_id):
        known = Takeback.objects.get()
        facts = {
            "org": received.org,
            "top_up": received,
            "kind": "refund",
            "provider": "stripe",
            "amount": 1,
            "at": NOW,
        }
        for wrong in (
            {"state": "taken", "provider_id": "re_2"},
            {"state": "review", "provider_id": "re_2", "entry": known.entry},
            {"state": "returned", "provider_id": "re_1"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Takeback.objects.create(**facts, currency="USD", **wrong)
