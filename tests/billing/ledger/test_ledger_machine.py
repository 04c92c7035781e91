"""Whatever is posted in whatever order: entries sum to zero, the balance is their sum, and no row ever changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billing.ledger import ledger
from billing.ledger.models import Account, AccountCode, Entry, EntryKind, Posting
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW, found
from tests.billing.ledger import books

pytestmark = pytest.mark.django_db

CUSTOMER, REVENUE, VAT, CARD, ADJUSTMENT = (
    AccountCode.CUSTOMER,
    AccountCode.REVENUE,
    AccountCode.VAT,
    AccountCode.CARD,
    AccountCode.ADJUSTMENT,
)
AMOUNT = st.integers(1, 10**9)
ANY = st.integers(0, 30)  # a number is taken modulo how many there are
Row = tuple[Any, ...]


class Ledger(RuleBasedStateMachine):
    """Two companies' books; `known` is what a model of a few sums says, `seen` are all rows as they were first seen."""

    @initialize()
    def begin(self) -> None:
        self.undo_all = transaction.atomic()
        self.undo_all.__enter__()
        self.now = NOW
        self.orgs = [found("One"), found("Two")]
        self.known = [0, 0]
        self.entries: list[tuple[int, Entry, int]] = []  # (company, entry, what it did to the balance)
        self.reversed: set[int] = set()
        self.seen: dict[tuple[str, int], Row] = {}

    def teardown(self) -> None:
        if hasattr(self, "undo_all"):
            transaction.set_rollback(True)
            self.undo_all.__exit__(None, None, None)

    def post(self, which: int, kind: EntryKind, amounts: dict[AccountCode, int]) -> None:
        """Posts a new entry, and the same again, which changes nothing."""
        self.now += dt.timedelta(hours=1)
        key = f"entry:{len(self.entries)}"
        entry, again = (books.post(self.orgs[which], kind, amounts, self.now, key=key) for _ in range(2))
        assert entry == again
        self.known[which] += amounts[CUSTOMER]
        self.entries.append((which, entry, amounts[CUSTOMER]))

    @rule(which=st.integers(0, 1), amount=AMOUNT)
    def top_up(self, which: int, amount: int) -> None:
        self.post(which, EntryKind.TOP_UP, {CUSTOMER: amount, CARD: -amount})

    @rule(which=st.integers(0, 1), amount=AMOUNT, tax=st.integers(0, 10**6))
    def charge(self, which: int, amount: int, tax: int) -> None:
        tax = min(amount, tax)
        self.post(which, EntryKind.CHARGE, {CUSTOMER: -amount, REVENUE: amount - tax, VAT: tax})

    @rule(which=st.integers(0, 1), amount=AMOUNT, up=st.booleans())
    def adjust(self, which: int, amount: int, *, up: bool) -> None:
        amount = amount if up else -amount
        self.post(which, EntryKind.ADJUSTMENT, {CUSTOMER: amount, ADJUSTMENT: -amount})

    @rule(number=ANY)
    def reverse(self, number: int) -> None:
        if not self.entries:
            return
        which, entry, amount = self.entries[number % len(self.entries)]
        if entry.kind == EntryKind.REVERSAL:
            return
        self.now += dt.timedelta(hours=1)
        reversal = books.reverse(entry, self.now)
        if entry.pk not in self.reversed:
            self.reversed.add(entry.pk)
            self.known[which] -= amount
            self.entries.append((which, reversal, -amount))

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "orgs"):
            return
        for org, balance in zip(self.orgs, self.known, strict=True):
            assert books.balance(org) == balance
            self.all_sums_are_zero(org)
        with platform_scope():
            assert list(ledger.drifted()) == []
        self.nothing_changed()

    def all_sums_are_zero(self, org: Organization) -> None:
        with company_scope(org.pk):
            assert sum(Account.objects.filter(org=org).values_list("balance", flat=True)) == 0
            sums: dict[int, int] = {}
            for entry, amount in Posting.objects.filter(org=org).values_list("entry", "amount"):
                sums[entry] = sums.get(entry, 0) + amount
            assert set(sums.values()) <= {0}

    def nothing_changed(self) -> None:
        with platform_scope():
            for model in (Entry, Posting):
                for row in model.objects.values_list():
                    key = model.__name__, row[0]
                    assert self.seen.setdefault(key, row) == row


def test_any_history_of_entries_adds_up() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def tour() -> None:
    """One history with an entry of each kind."""
    machine = Ledger()
    try:
        for step in steps(machine):
            step()
            machine.agree()
    finally:
        machine.teardown()


def steps(m: Ledger) -> Iterator[Callable[[], None]]:
    yield m.begin
    yield lambda: m.top_up(0, 100_00)
    yield lambda: m.charge(0, 120_00, 20_00)
    yield lambda: m.adjust(1, 5_00, up=False)
    yield lambda: m.reverse(1)
    yield lambda: m.reverse(1)


def test_tour_adds_up() -> None:
    tour()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("amounts_of", lambda _entry: {CUSTOMER: 1, CARD: -1}),
        ("_accounts", lambda org: {code: Account.objects.get_or_create(org=org, code=code)[0] for code in [CUSTOMER]}),
    ],
    ids=["a reversal of something else", "a forgotten account"],
)
def test_control_a_mistake_is_noticed(name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, name, wrong)
    with pytest.raises((AssertionError, KeyError, ledger.Contradiction)):
        tour()
