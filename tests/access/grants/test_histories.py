"""Any history of grants, groups, blocks, caps and undoing ends as the model says: access, sources, seats and cost."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from access.changes import change_preview, staged_changes
from access.changes import save as grants
from access.grants import effective_access
from access.grants.request_models import AccessRequest
from access.members import members
from access.members.members import Terms
from access.seats import request_settlement, seats
from access.structure import departments, teams
from billing.pricing import price_lists, tiers
from billing.seats.models import SeatInterval
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.people import group_members
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.model import Company, Refuse, Source
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SAMPLE, ALL = 12, 2_000
COMMON: dict[str, Any] = {
    "stateful_step_count": 25,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
ANY = st.integers(0, 30)  # a number is taken modulo how many there are
SOURCE = st.tuples(st.sampled_from(["member", "member", "team", "department"]), ANY)


class Histories(RuleBasedStateMachine):
    """Every step is done to the product and to the model."""

    @initialize()
    def found(self) -> None:
        self.undo_all = transaction.atomic()
        self.undo_all.__enter__()
        self.now = timezone.now()
        self.org = companies.create(owner=UserFactory(), name="Northwind", country="DE", time_zone="UTC", now=self.now)
        self.people = [self.org.memberships.get()]
        self.model = Company()
        self.saved: list[tuple[str, dt.datetime, dict[Source, bool]]] = []  # public id, when, what was
        with company_scope(self.org.pk):
            given = {"actor": self.people[0], "now": self.now}
            self.places = [Department.objects.get(org=self.org)]
            for parent, name in ((0, "One"), (1, "Two"), (0, "Three")):
                self.places.append(departments.create(parent=self.places[parent], name=name, **given))
            self.teams = [teams.create(org=self.org, name=name, **given) for name in ("One", "Two", "Three")]

    def teardown(self) -> None:
        if hasattr(self, "undo_all"):
            transaction.set_rollback(True)
            self.undo_all.__exit__(None, None, None)

    # --- how the two are named ---------------------------------------------------------------------------
    @property
    def given(self) -> dict[str, Any]:
        return {"actor": Membership.objects.get(pk=self.people[0].pk), "now": self.now}

    def someone(self, number: int) -> tuple[int, Membership]:
        number %= len(self.people)
        return number, Membership.objects.get(pk=self.people[number].pk)

    def source(self, source: Source) -> tuple[Source, tuple[str, str]]:
        rows = {"member": self.people, "team": self.teams, "department": self.places}[source[0]]
        number = source[1] % len(rows)
        return (source[0], number), (source[0], rows[number].public_id)

    def is_present(self, source: Source) -> bool:
        return source[0] != "member" or self.model.people[source[1]].state != "former"

    # --- steps --------------------------------------------------------------------------------------------
    @rule(levels=st.dictionaries(SOURCE, st.booleans(), min_size=1, max_size=5))
    def save(self, levels: dict[Source, bool]) -> None:
        """Stage, look, save: what was shown is what comes to be, or nothing."""
        named = {self.source(source): level for source, level in levels.items()}
        with company_scope(self.org.pk):
            org = Organization.objects.get(pk=self.org.pk)
            staged = {key: Level.FULL if level else Level.READ_ONLY for (_source, key), level in named.items()}
            staged_changes.discard(org=org, author=self.people[0])
            kept = staged_changes.stage(org=org, levels=staged, author=self.people[0], now=self.now)
            draft, plan = kept.draft, kept.plan
            assert plan == change_preview.preview(org, draft.changes, now=self.now)
        trial = copy.deepcopy(self.model)
        try:
            former = trial.save({source: level for (source, _key), level in named.items() if self.is_present(source)})
        except Refuse:
            assert plan.missing
            with pytest.raises(seats.NoSeat):
                grants.save(org=self.org, token=draft.token, shown=plan.digest, **self.given)
            return
        assert (plan.missing, plan.seats_after) == ("", len(trial.seats()))
        assert (plan.total_before, plan.total_after) == (self.model.price("USD"), trial.price("USD"))
        gone = self.model.seats() - trial.seats()
        gained = sum(person.is_full and not person.held_seat for person in plan.people)
        lost = sum(person.held_seat and not person.is_full for person in plan.people)
        assert (gained, lost) == (len(trial.seats() - self.model.seats()), len(gone))
        if draft.changes:
            act = grants.save(org=self.org, token=draft.token, shown=plan.digest, **self.given)
            assert grants.save(org=self.org, token=draft.token, shown=plan.digest, **self.given) == act
            self.saved.append((act, self.now, former))
        self.model = trial

    @rule()
    def undo(self) -> None:
        """The last act, when nothing else happened since, gives back what was."""
        if not self.saved:
            return
        act, _at, former = self.saved.pop()
        trial = copy.deepcopy(self.model)
        is_free = not any(self.model.is_locked(source) or not self.is_present(source) for source in former)
        expected = is_free and all(self.model.level(source) != level for source, level in former.items())
        try:
            trial.save(former)
        except Refuse:
            expected = False
        try:
            grants.undo(org=self.org, public_id=act, **self.given)
        except Refused:
            assert not expected
            return
        self.model = trial

    @rule(full=st.booleans())
    def join(self, *, full: bool) -> None:
        self.model.join(full=full)
        user = UserFactory()
        with transaction.atomic(), company_scope(self.org.pk):
            org = Organization.objects.lock(self.org.pk)
            terms = Terms(Level.FULL if full else Level.READ_ONLY, self.places[0])
            self.people.append(members.add_member(org, user=user, terms=terms, now=self.now))

    @rule(who=ANY, verb=st.sampled_from(["block", "unblock", "remove"]))
    def come_and_go(self, who: int, verb: str) -> None:
        n, row = self.someone(who)
        fits = {"block": "in", "unblock": "blocked", "remove": "in"}
        if n and self.model.people[n].state == fits[verb]:
            self.model.leave(n, {"block": "blocked", "unblock": "in", "remove": "former"}[verb])
            getattr(members, verb)(member=row, **self.given)

    @rule(who=ANY, place=ANY)
    def move(self, who: int, place: int) -> None:
        n, row = self.someone(who)
        if self.model.people[n].state != "former":
            self.model.people[n].place = place % len(self.places)
            self.model.settle()
            members.move(member=row, department=self.places[place % len(self.places)], **self.given)

    @rule(team=st.integers(0, 2), who=ANY, out=st.booleans())
    def team_up(self, team: int, who: int, *, out: bool) -> None:
        n, row = self.someone(who)
        if self.model.people[n].state == "former":
            return
        if out:
            self.model.teams.discard((team, n))
            teams.take_out(team=self.teams[team], member=row, **self.given)
        else:
            self.model.teams.add((team, n))
            teams.add_people(team=self.teams[team], people=[row], **self.given)
        self.model.settle()

    @rule(team=st.integers(0, 2), inner=st.integers(0, 2))
    def nest(self, team: int, inner: int) -> None:
        with company_scope(self.org.pk):
            circle = group_members.holds(self.teams[inner], self.teams[team])
        if (team, inner) in self.model.inner:
            self.model.inner.discard((team, inner))
            teams.take_out_team(team=self.teams[team], inner=self.teams[inner], **self.given)
        elif not circle:
            self.model.inner.add((team, inner))
            teams.add_team(team=self.teams[team], inner=self.teams[inner], **self.given)
        self.model.settle()

    @rule(team=st.integers(0, 2), place=ANY)
    def put(self, team: int, place: int) -> None:
        place %= len(self.places)
        if (team, place) in self.model.placed:
            self.model.placed.discard((team, place))
            teams.take_out_department(team=self.teams[team], department=self.places[place], **self.given)
        else:
            self.model.placed.add((team, place))
            teams.add_department(team=self.teams[team], department=self.places[place], **self.given)
        self.model.settle()

    @rule(payer=st.booleans(), cap=st.none() | st.integers(0, 8))
    def bound(self, *, payer: bool, cap: int | None) -> None:
        """The payment details come or go, the company sets its limit of seats."""
        self.model.payer, self.model.cap = payer, cap
        with transaction.atomic(), company_scope(self.org.pk):
            org = Organization.objects.lock(self.org.pk)
            lifecycle.write_facts(org, now=self.now, payer_ready=payer)
            Organization.objects.filter(pk=org.pk).update(seat_cap=cap)

    @rule(minutes=st.integers(0, 40))
    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)
        self.saved = [row for row in self.saved if self.now < row[1] + grants.UNDONE_WITHIN]

    # --- what must be true --------------------------------------------------------------------------------
    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "org"):
            return
        rows = [Membership.objects.get(pk=member.pk) for member in self.people]
        found = [(row.level == Level.FULL, row.held_at is not None) for row in rows]
        assert found == [(person.seat, person.held) for person in self.model.people]
        org = Organization.objects.get(pk=self.org.pk)
        assert org.full_seats == len(self.model.seats())
        assert tiers.monthly_price(org.full_seats, price_lists.FIRST[1]) == self.model.price("USD")
        with company_scope(org.pk):
            journal = SeatInterval.objects.filter(org=org, ended_at=None).values_list("member_id", flat=True)
            assert sorted(journal) == sorted(self.people[n].pk for n in self.model.seats())
            self.agree_on_sources(org)
            open_requests = AccessRequest.objects.filter(org=org, state="open").values_list("member_id", flat=True)
            waits = [n for n, person in enumerate(self.model.people) if person.waits]
            assert set(open_requests) == {self.people[n].pk for n in waits}

    def agree_on_sources(self, org: Organization) -> None:
        numbers = {
            (kind, row.pk): (kind, n)
            for kind, found in (("member", self.people), ("team", self.teams), ("department", self.places))
            for n, row in enumerate(found)
        }
        found = {
            numbers["member", row.pk][1]: {numbers[s] for s in row.sources}
            for row in effective_access.people_with_access(org)
        }
        present = [n for n, person in enumerate(self.model.people) if person.state != "former"]
        assert {n: sources for n, sources in found.items() if sources} == {
            n: self.model.sources(n) for n in present if self.model.sources(n)
        }


def test_sample_of_histories_agrees_with_the_model() -> None:
    run_state_machine_as_test(Histories, settings=settings(max_examples=SAMPLE, **COMMON))


@pytest.mark.soak
def test_two_thousand_histories_agree_with_the_model() -> None:
    run_state_machine_as_test(Histories, settings=settings(max_examples=ALL, **COMMON))


def tour() -> None:
    """More people come with full access than are free, one goes, one is given a seat by an answer: each rule is met."""
    history = Histories()
    try:
        for step in steps(history):
            step()
            history.agree()
        assert history.model.people[-1].waits  # there was somebody without a seat to the end
    finally:
        history.teardown()


def steps(h: Histories) -> Iterator[Callable[[], None]]:
    yield h.found
    for _ in range(8):
        yield lambda: h.join(full=True)
    yield lambda: h.come_and_go(1, "block")
    yield lambda: h.save({("member", 6): True})
    yield lambda: h.come_and_go(1, "unblock")
    yield lambda: h.bound(payer=False, cap=2)


def test_tour_agrees_with_the_model() -> None:
    tour()


@pytest.mark.parametrize(
    ("module", "name", "forgotten"),
    [
        (seats, "limit", lambda _org: None),
        (request_settlement, "settle", lambda *_, **__: None),
    ],
    ids=["seats without a payer", "who waits"],
)
def test_control_a_forgotten_rule_is_noticed(module: Any, name: str, forgotten: Any, monkeypatch) -> None:
    monkeypatch.setattr(module, name, forgotten)
    with pytest.raises(AssertionError):
        tour()
