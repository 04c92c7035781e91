"""Fourteen months of many random companies, charged by the product and recomputed by an independent model.

January 2027 to February 2028: both Februaries, a new price list in July, trials that end in the middle, the sixth person
coming and going, short grants, debts, Tracker switched off and on. At the end all that tells of the money says the same:
the balance, the statement, the invoices, the months of the Detailed view.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator

import pytest

from billing.charging import monthly_charge
from billing.charging.monthly_charge import Due
from billing.documents import documents, statements
from billing.documents.models import Document
from billing.documents.statements import Period
from billing.ledger import ledger
from billing.ledger.charge_models import Charge
from billing.ledger.models import AccountCode, EntryKind, Posting
from billing.pricing import price_lists
from billing.pricing import tiers as pricing
from billing.pricing.models import PriceList
from billing.seats import monthly_usage
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import found, staff, write_journal
from tests.billing.ledger import books
from tests.billing.ledger.ledger_model import Books, Scale

pytestmark = pytest.mark.django_db

SAMPLE, ALL = 20, 200  # companies
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MONTHS = [dt.date(2027 + n // 12, n % 12 + 1, 1) for n in range(14)]
END = 10**9
AFTER = dt.datetime(2028, 3, 31, tzinfo=dt.UTC)  # all of it
SCALES: dict[str, dict[dt.date, Scale]] = {
    "USD": {
        dt.date(2024, 1, 1): [(100, 3_31), (250, 2_85), (END, 2_37)],
        dt.date(2027, 7, 1): [(10, 4_01), (END, 3_03)],
    },
    "RUB": {
        dt.date(2024, 1, 1): [(100, 440_00), (250, 400_00), (END, 360_00)],
        dt.date(2027, 7, 1): [(100, 455_50), (END, 399_99)],
    },
}


@pytest.fixture(autouse=True)
def new_price_lists() -> Iterator[None]:
    for currency, scales in SCALES.items():
        starts_on, scale = max(scales.items())
        last_seats, amounts = [last for last, _ in scale[:-1]], [price for _, price in scale]
        PriceList.objects.create(
            currency=currency,
            starts_on=starts_on,
            last_seats=last_seats,
            prices=amounts,
            vat_included=currency == "RUB",
        )
    price_lists.lists.forget()
    yield
    price_lists.lists.forget()


class Life:
    """One company: every act is done to the product and to the model."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.currency = self.dice.choice(["USD", "RUB"])
        founded = self.instant(MONTHS[0], 50)
        self.org = found(f"Company {seed}", country="RU" if self.currency == "RUB" else "DE", at=founded)
        assert self.org.currency == self.currency
        largest = self.dice.choice([7, 7, 7, 12, 12, 104])
        self.people = [*self.org.memberships.all(), *staff(self.org, largest)]
        self.lived: set[str] = set()
        self.owner: Membership = self.people[0]
        self.seats, self.is_on = 0, True
        self.model = Books(founded + lifecycle.TRIAL, SCALES[self.currency])
        self.model.switch.append((founded, True))

    def instant(self, first: dt.date, days: int) -> dt.datetime:
        start = dt.datetime.combine(first, dt.time(), dt.UTC)
        return start + MINUTE * self.dice.randrange(days * 24 * 60)

    def live(self) -> Iterator[tuple[Charge, tuple[int, int, int]]]:
        """Month after month: acts in between, the charge on one of the days from the 2nd on."""
        acts = sorted(self.instant(MONTHS[0], 425) for _ in range(self.dice.randrange(5, 25)))
        busy_until = self.model.switch[0][0]
        for first in MONTHS:
            next_month = (first + 31 * DAY).replace(day=1)
            charged_at = self.instant(next_month.replace(day=2), 2)
            while acts and acts[0] < charged_at:
                at = acts.pop(0)
                if busy_until < at < charged_at - HOUR:
                    self.act(at)
                    busy_until = at + HOUR
            done = monthly_charge.charge(Due(self.org.pk, first), now=charged_at)
            assert done
            assert monthly_charge.charge(Due(self.org.pk, first), now=charged_at) is None
            yield done, self.model.charge(first, charged_at)

    def act(self, at: dt.datetime) -> None:
        acts: list[Callable[[dt.datetime], None]] = [self.staff, self.staff, self.try_out, self.pay, self.turn]
        chosen = self.dice.choice(acts)
        chosen(at)
        self.lived.add(chosen.__name__)

    def staff(self, at: dt.datetime) -> None:
        """Around the sixth person most of the time."""
        self.hold(self.dice.choice([0, 1, 5, 5, 6, 6, 7, len(self.people)]), at)

    def try_out(self, at: dt.datetime) -> None:
        """Everybody gets full access for a while that may be a mistake."""
        before = self.seats
        self.hold(len(self.people), at)
        self.hold(before, at + MINUTE * self.dice.choice([0, 1, 29, 30, 31]))

    def hold(self, number: int, at: dt.datetime) -> None:
        self.seats = number
        with company_scope(self.org.pk):
            org = Organization.objects.lock(self.org.pk)
            write_journal(org, holders={member.pk: "person" for member in self.people[:number]}, now=at)
            lifecycle.write_facts(org, now=at, full_seats=number, payer_ready=True)
        self.model.hold(number, at)

    def pay(self, at: dt.datetime) -> None:
        amount = self.dice.choice([1, 50_00, 500_00, max(1, -self.model.balance)])
        books.top_up(self.org, amount, at, key=f"top-up {at}")
        self.model.move(amount, at)

    def turn(self, at: dt.datetime) -> None:
        verb = lifecycle.deactivate if self.is_on else lifecycle.activate
        verb(org=self.org, actor=self.owner, now=at)
        self.is_on = not self.is_on
        self.model.switch.append((at, self.is_on))


def check(seed: int) -> tuple[Life, list[int]]:
    """One company from its beginning to the last charge, and the amounts."""
    life, amounts = Life(seed), []
    for done, expected in life.live():
        assert (done.seats, done.dates, done.amount) == expected, f"company {seed}, {done}"
        amounts.append(done.amount)
        assert books.balance(life.org) == life.model.balance
    with company_scope(life.org.pk, read_only=True):
        org = Organization.objects.get(pk=life.org.pk)
        charges = list(Charge.objects.filter(org=org).order_by("month"))
        assert [charge.amount for charge in charges] == amounts
        check_statement(org, life.model)
        check_invoices(org, charges)
        check_months(org, charges)
    return life, amounts


def check_statement(org: Organization, model: Books) -> None:
    """From nothing to the balance, line by line as the money moved."""
    told = statements.whole(org, Period(MONTHS[0], AFTER.date()))
    assert (told.opening, told.closing) == (0, model.balance)
    assert [line.amount for line in told.lines] == model.movements
    after = [line.balance for line in told.lines]
    assert after == list(itertools.accumulate(model.movements))
    assert ledger.balance_at(org, AFTER) == model.balance


def check_invoices(org: Organization, charges: list[Charge]) -> None:
    """One for each charge that is not for free, over what was taken from the balance."""
    invoices = {paper.charge_id: paper for paper in Document.objects.filter(org=org).order_by("pk")}
    postings = Posting.objects.filter(org=org, account__code=AccountCode.CUSTOMER)
    taken = dict(postings.values_list("entry", "amount"))
    paid = [charge for charge in charges if charge.amount]
    assert list(invoices) == [charge.pk for charge in paid]
    for charge in paid:
        invoice = invoices[charge.pk]
        assert invoice.total == charge.amount == -taken[charge.entry_id]
        assert sum(line["amount"] for line in invoice.lines) == invoice.total


def check_months(org: Organization, charges: list[Charge]) -> None:
    """The Detailed view tells each of them long after as it was charged."""
    for charge in charges:
        shown = monthly_usage.usage_of_month(org, charge.month, now=AFTER)
        told = (shown.seats, len(shown.counting), shown.price, shown.charge)
        assert told == (charge.seats, charge.dates, charge.price, charge.amount), f"{org}, {charge.month}"


@pytest.mark.long
def test_sample_of_companies_is_charged_as_the_model_says() -> None:
    """In both currencies, small and large, in debt, and each of them doing something of everything."""
    lives, amounts = zip(*(check(seed) for seed in range(SAMPLE)), strict=True)
    charged = [amount for months in amounts for amount in months]
    assert sum(amount > 0 for amount in charged) > 20
    assert 0 in charged
    assert {life.currency for life in lives} == SCALES.keys()
    assert {len(life.people) - 1 for life in lives} == {7, 12, 104}
    assert set.union(*(life.lived for life in lives)) == {"staff", "try_out", "pay", "turn"}
    assert any(life.model.owes(AFTER) for life in lives)


@pytest.mark.soak
def test_two_hundred_companies_are_charged_as_the_model_says() -> None:
    for seed in range(SAMPLE, ALL):
        check(seed)


def test_control_a_mistake_that_is_counted_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.seats.seat_intervals.MISTAKE", dt.timedelta(0))
    with pytest.raises(AssertionError):
        for seed in range(100):
            check(seed)


def test_control_invoice_whose_lines_are_rounded_one_by_one_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its total is right all the same; where there are two prices, the lines can miss it by the smallest coin."""

    def rounded(charge: Charge) -> list[dict[str, int]]:
        tiers = pricing.monthly_lines(charge.seats, documents._prices(charge))
        return [{"amount": pricing.charge(t.seats * t.price, dates=charge.dates, of=charge.days)} for t in tiers]

    monkeypatch.setattr(documents, "_lines", rounded)
    with pytest.raises(AssertionError, match="sum"):
        for seed in range(100):
            check(seed)


def test_control_statement_that_leaves_a_payment_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = statements._entries
    monkeypatch.setattr(statements, "_entries", lambda org, period: read(org, period).exclude(kind=EntryKind.TOP_UP))
    with pytest.raises(AssertionError, match=r"^assert \["):
        for seed in range(100):
            check(seed)
