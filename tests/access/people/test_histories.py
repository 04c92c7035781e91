"""Any history of roles, blocks, departments and teams ends as the model says: never over the limit, always an owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from access.members import members, owners, roles
from access.structure import departments, teams
from orgs.audit import audit
from orgs.companies import companies
from orgs.people import group_members
from orgs.people.models import Department, Team
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.people.model import Company, Refuse
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SAMPLE, EACH, ALL, LIMIT = 8, 50, 2_000, 5
COMMON: dict[str, Any] = {
    "stateful_step_count": 25,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
ANY = st.integers(0, 30)  # a number is taken modulo how many there are


class Histories(RuleBasedStateMachine):
    """Every step is done to the product and to the model; both refuse it, or both do the same."""

    @initialize()
    def found(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = timezone.now()
        user = UserFactory()
        self.org = companies.create(owner=user, name="Northwind", country="DE", time_zone="UTC", now=self.now)
        Organization.objects.filter(pk=self.org.pk).update(account_limit=LIMIT)
        self.people = [self.org.memberships.get()]
        self.model = Company(LIMIT)
        with company_scope(self.org.pk):
            root = Department.objects.get(org=self.org)
            given = {"actor": self.people[0], "now": self.now}
            names = ("One", "Two", "Three")
            self.places = {0: root}
            self.places |= {n: departments.create(parent=root, name=name, **given) for n, name in enumerate(names, 1)}
            self.teams = [teams.create(org=self.org, name=name, **given) for name in names]
        self.model.parents = dict.fromkeys((1, 2, 3), 0)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def both(self, model: Callable[[], None], product: Callable[..., Any], **given: Any) -> None:
        try:
            model()
            expected = True
        except Refuse:
            expected = False
        try:
            with company_scope(self.org.pk):
                product(now=self.now, **given)
            done = True
        except Refused:
            done = False
        assert done == expected, f"the product {'did' if done else 'refused'} it"

    def person(self, number: int) -> tuple[int, Membership]:
        number %= len(self.people)
        return number, Membership.objects.get(pk=self.people[number].pk)

    def place(self, number: int) -> tuple[int, Department]:
        return sorted(self.places.items())[number % len(self.places)]

    @rule()
    def join(self) -> None:
        user, before = UserFactory(), len(self.model.people)
        self.both(self.model.join, members.join, org=self.org, user=user)
        if len(self.model.people) > before:
            self.people.append(self.org.memberships.get(user=user))

    @rule(verb=st.sampled_from(["block", "unblock", "remove", "transfer"]), actor=ANY, who=ANY)
    def change_state(self, verb: str, actor: int, who: int) -> None:
        (a, actor_row), (w, row) = self.person(actor), self.person(who)
        product = roles.transfer if verb == "transfer" else getattr(members, verb)
        self.both(lambda: getattr(self.model, verb)(a, w), product, member=row, actor=actor_row)

    @rule(role=st.sampled_from(["owner", "administrator", "employee"]), actor=ANY, who=ANY)
    def change_role(self, role: str, actor: int, who: int) -> None:
        (a, actor_row), (w, row) = self.person(actor), self.person(who)
        self.both(lambda: self.model.change(a, w, role), roles.change, member=row, role=role, actor=actor_row)

    @rule(actor=ANY, who=ANY, place=ANY)
    def move(self, actor: int, who: int, place: int) -> None:
        (a, actor_row), (w, row), (p, department) = self.person(actor), self.person(who), self.place(place)
        self.both(lambda: self.model.move(a, w, p), members.move, member=row, department=department, actor=actor_row)

    @rule(actor=ANY, place=ANY, parent=ANY)
    def hang(self, actor: int, place: int, parent: int) -> None:
        (a, actor_row), (p, row), (q, above) = self.person(actor), self.place(place), self.place(parent)
        self.both(lambda: self.model.hang(a, p, q), departments.move, department=row, parent=above, actor=actor_row)

    @rule(actor=ANY, place=ANY, into=ANY)
    def cut(self, actor: int, place: int, into: int) -> None:
        (a, actor_row), (p, row), (q, other) = self.person(actor), self.place(place), self.place(into)
        self.both(lambda: self.model.cut(a, p, q), departments.delete, department=row, into=other, actor=actor_row)
        if p and p not in self.model.parents:
            del self.places[p]

    @rule(actor=ANY, team=st.integers(0, 2), who=ANY)
    def add(self, actor: int, team: int, who: int) -> None:
        (a, actor_row), (w, row) = self.person(actor), self.person(who)
        given = {"team": self.teams[team], "people": [row], "actor": actor_row}
        self.both(lambda: self.model.add(a, team, w), teams.add_people, **given)

    @rule(actor=ANY, team=st.integers(0, 2), inner=st.integers(0, 2))
    def put(self, actor: int, team: int, inner: int) -> None:
        a, actor_row = self.person(actor)
        given = {"team": self.teams[team], "inner": self.teams[inner], "actor": actor_row}
        self.both(lambda: self.model.put(a, team, inner), teams.add_team, **given)

    @rule(actor=ANY, team=st.integers(0, 2), place=ANY)
    def hold(self, actor: int, team: int, place: int) -> None:
        (a, actor_row), (p, row) = self.person(actor), self.place(place)
        given = {"team": self.teams[team], "department": row, "actor": actor_row}
        self.both(lambda: self.model.hold(a, team, p), teams.add_department, **given)

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "org"):
            return
        found = Membership.objects.in_bulk([member.pk for member in self.people])
        rows = [found[member.pk] for member in self.people]
        states = ["former" if row.ended_at else "blocked" if row.blocked_at else "in" for row in rows]
        numbers = {department.pk: n for n, department in self.places.items()}
        assert [(row.role, state, numbers[row.department_id]) for row, state in zip(rows, states, strict=True)] == [
            (person.role, person.state, person.place) for person in self.model.people
        ]
        assert Membership.objects.owners().filter(org=self.org).exists()
        assert Membership.objects.current().filter(org=self.org).count() <= LIMIT
        self.agree_on_groups(numbers)

    def agree_on_groups(self, numbers: dict[int, int]) -> None:
        with company_scope(self.org.pk):
            found = Department.objects.filter(org=self.org, parent__isnull=False).values_list("pk", "parent_id")
            assert {numbers[pk]: numbers[parent] for pk, parent in found} == self.model.parents
            for number, team in enumerate(Team.objects.filter(org=self.org).order_by("pk")):
                inside = set(Membership.objects.filter(pk__in=group_members.people_inside(self.org, team.public_id)))
                assert {self.people.index(member) for member in inside} == self.model.inside(number)
            assert audit.broken_at(self.org) is None


def test_sample_of_histories_agrees_with_the_model() -> None:
    run_state_machine_as_test(Histories, settings=settings(max_examples=SAMPLE, **COMMON))


@pytest.mark.soak
def test_two_thousand_histories_agree_with_the_model() -> None:
    for done in range(EACH, ALL + 1, EACH):
        run_state_machine_as_test(Histories, settings=settings(max_examples=EACH, **COMMON))
        print(f"{done} histories")


def tour() -> None:
    """One history in which every rule says no once."""
    history = Histories()
    try:
        history.found()
        for step in (
            *[history.join] * LIMIT,
            lambda: history.change_role("administrator", 0, 1),
            lambda: history.change_state("block", 1, 0),
            lambda: history.change_role("employee", 0, 0),
            lambda: history.change_state("block", 1, 2),
            history.join,
            lambda: history.change_state("unblock", 1, 2),
            lambda: history.hang(0, 1, 2),
            lambda: history.hang(0, 2, 1),
            lambda: history.put(0, 0, 1),
            lambda: history.put(0, 1, 0),
            lambda: history.move(0, 1, 2),
            lambda: history.cut(0, 2, 3),
        ):
            step()
            history.agree()
    finally:
        history.teardown()


def test_tour_agrees_with_the_model() -> None:
    tour()


def nothing(*_: Any, **__: Any) -> None:
    """A rule that was forgotten."""


@pytest.mark.parametrize(
    ("module", "name", "forgotten"),
    [
        (members, "require_room", nothing),
        (owners, "check_not_last_owner", nothing),
        (owners, "require_another", nothing),
        (group_members, "holds", lambda *_: False),
        (departments, "_require_depth", None),
    ],
    ids=["limit", "owner", "last owner", "team in itself", "not a rule of the model"],
)
def test_control_a_forgotten_rule_is_noticed(module: Any, name: str, forgotten: Any, monkeypatch) -> None:
    """The last one is the control's control: a rule that the tour does not meet changes nothing."""
    monkeypatch.setattr(module, name, forgotten or nothing)
    if forgotten is None:
        tour()
    else:
        with pytest.raises((AssertionError, RecursionError)):
            tour()
