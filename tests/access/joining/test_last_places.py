"""A company of 995 out of 1,000 people, and thirty who want in at once through five doors: five come in.

Each with its control: when everybody has looked before anybody writes, and no lock is taken, all thirty come in.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from access.accounts import csv_import
from access.accounts.csv_file import Checked
from access.invitations import invitations, invite_links
from access.invitations.invite_links import Limits
from access.joining import acceptance
from access.members import accounts, members
from access.members.accounts import Account
from access.members.members import Terms
from orgs.audit import audit
from orgs.domains.models import Domain, DomainState
from orgs.jobs import job_worker
from orgs.jobs.models import Job
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, OrganizationQuerySet
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.concurrency import at_once
from tests.factories import UserFactory, add_member
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT, PRESENT = 1000, 995
EACH = 6  # acts through each of the five doors
BORN = dt.date(1990, 3, 27)
DOMAIN = "northwind.example"
PATIENCE = 20  # seconds until everybody has looked


@dataclass
class House:
    """A company with five places left, and people at each of its doors. A round can be played again and again."""

    org: Organization
    owner: Membership
    terms: Terms
    link: str
    blocked: list[Membership]
    rounds: int = 0

    def acts(self) -> list[Callable[[], Any]]:
        """Thirty acts of people who were never here before, or are blocked."""
        self.rounds += 1
        now, guests = timezone.now(), UserFactory.create_batch(2 * EACH)
        invited, linked = guests[:EACH], guests[EACH:]
        emails = [user.email for user in invited]
        invitations.invite(org=self.org, emails=emails, terms=self.terms, actor=self.owner, now=now)
        tokens = [mailed.token(email) for email in emails]
        for number in range(EACH):
            self.start_import(self.account("file", number), now=now)
        return [
            *(lambda n=n: self.create(self.account("created", n)) for n in range(EACH)),
            *[lambda: job_worker.run_due(clock=timezone.now, seconds=0)] * EACH,
            *(lambda pair=pair: self.accept(*pair) for pair in zip(tokens, invited, strict=True)),
            *(lambda user=user: invite_links.join(token=self.link, user=user, now=timezone.now()) for user in linked),
            *(lambda row=row: self.unblock(row) for row in self.blocked),
        ]

    def account(self, kind: str, number: int) -> Account:
        return Account("New", "Person", BORN, f"{kind}{self.rounds}-{number}", DOMAIN)

    def start_import(self, account: Account, *, now: dt.datetime) -> None:
        checked = Checked(ready=[(2, account)])
        given = {"level": Level.READ_ONLY, "with_mail": False, "actor": self.owner, "key": uuid.uuid4().hex}
        with company_scope(self.org.pk):
            csv_import.start(org=self.org, checked=checked, now=now, **given)

    def create(self, account: Account) -> None:
        given = {"password": "given-by-the-administrator", "terms": self.terms, "actor": self.owner}
        accounts.create(org=self.org, account=account, now=timezone.now(), **given)

    def accept(self, token: str, user: User) -> None:
        acceptance.accept(token=token, user=user, now=timezone.now())

    def unblock(self, member: Membership) -> None:
        members.unblock(member=member, actor=self.owner, now=timezone.now())

    def told(self, acts: list[Callable[[], Any]]) -> list[str]:
        """What each of the thirty was told: those of the files in their jobs, the others at once."""
        answers = at_once(acts)
        files = slice(EACH, 2 * EACH)
        assert answers[files] == ["done"] * EACH, "the jobs ran"
        with company_scope(self.org.pk):
            jobs = list(Job.objects.filter(org=self.org).order_by("-pk")[:EACH])
        assert {job.state for job in jobs} == {"done"}
        answers[files] = [
            row["failed"][0]["reason"] if row.get("failed") else "done" for row in (j.result for j in jobs)
        ]
        return answers

    def start_again(self) -> None:
        """Who came in goes, who was unblocked is blocked again."""
        now, before = timezone.now(), [row.pk for row in self.blocked]
        Membership.objects.filter(pk__in=before).update(blocked_at=now)
        came = Membership.objects.current().filter(org=self.org).order_by("-pk").values_list("pk", flat=True)
        Membership.objects.filter(pk__in=list(came)[: came.count() - PRESENT]).update(ended_at=now)

    def present(self) -> int:
        return Membership.objects.current().filter(org=self.org).count()


@pytest.fixture
def house(org: Organization, owner: Membership, terms: Terms) -> House:
    now = timezone.now()
    blocked = [add_member(org) for _ in range(EACH)]
    users = [User(email=f"here{number}@example.com", password="!") for number in range(PRESENT - 1)]
    facts = {"org": org, "role": Role.EMPLOYEE, "level": Level.READ_ONLY, "department": terms.department}
    for member in blocked:
        members.block(member=member, actor=owner, now=now)
    rows = [Membership(user=user, joined_at=now, **facts) for user in User.objects.bulk_create(users)]
    Membership.objects.bulk_create(rows)
    with company_scope(org.pk):
        dates = dict.fromkeys(("added_at", "verified_at", "checked_at"), now)
        Domain.objects.create(org=org, name=DOMAIN, challenge="x", state=DomainState.VERIFIED, **dates)
    link = invite_links.switch_on(org=org, terms=terms, limits=Limits(None), actor=owner, now=now)
    found = House(org, owner, terms, link_token(link), blocked)
    assert (org.account_limit, found.present()) == (LIMIT, PRESENT)
    return found


def test_of_thirty_at_five_doors_five_come_in(house: House) -> None:
    told = house.told(house.acts())
    assert told.count("done") == LIMIT - PRESENT
    assert house.present() == LIMIT
    assert set(told) == {"done", members.limit_sentence(house.org)}


@pytest.mark.soak
def test_a_hundred_times_five_come_in(house: House) -> None:
    doors = dict.fromkeys(range(5), 0)
    for _ in range(100):
        told = house.told(house.acts())
        assert (told.count("done"), house.present()) == (LIMIT - PRESENT, LIMIT)
        for number, answer in enumerate(told):
            doors[number // EACH] += answer == "done"
        house.start_again()
    assert all(doors.values()), f"each door let somebody in at some time: {doors}"


def test_control_without_the_lock_everybody_comes_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    acts = house.acts()
    everybody_looked, looked, original = Barrier(len(acts)), threading.local(), members.require_room

    def look_once(org: Organization) -> None:
        """Some doors look twice; with the lock nothing happens in between."""
        if not hasattr(looked, "done"):
            original(org)
            looked.done = True
            everybody_looked.wait(PATIENCE)

    monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
    monkeypatch.setattr(QuerySet, "select_for_update", lock_jobs_only(QuerySet.select_for_update))
    monkeypatch.setattr(audit, "record", lambda *_, **__: None)
    monkeypatch.setattr(members, "require_room", look_once)
    assert house.told(acts) == ["done"] * len(acts)
    assert house.present() == PRESENT + len(acts)


def lock_jobs_only(lock: Callable[..., Any]) -> Callable[..., Any]:
    """Two workers still take two jobs."""

    def lock_or_not(rows: QuerySet[Any], **given: Any) -> QuerySet[Any]:
        return lock(rows, **given) if rows.model is Job else rows

    return lock_or_not
