"""Many at once: a domain has one company, a company its bounded number of domains."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from orgs.audit import audit
from orgs.domains import checks as domain_checks
from orgs.domains import domains
from orgs.domains.models import Answer, Domain, DomainState
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import OrganizationQuerySet
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import as_owner
from tests.orgs.domains.linked import acts, link, names, reload
from tests.orgs.domains.nameserver import NameServer

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 30


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """What each answers when all begin together; an exception counts as an answer."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            return deed()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(run, deed) for deed in deeds]]


def race(one: Membership, other: Membership, nameserver: NameServer) -> list[Domain]:
    """Both companies have published their record; thirty look-ups of the two end at once. Raises what one raised."""
    rivals = [link(member, now=timezone.now()) for member in (one, other)]
    nameserver.publish(rivals[0].host, *[domain.challenge for domain in rivals])
    for domain, member in zip(rivals, (one, other), strict=True):
        domains.ask_check(domain=domain, actor=member, now=timezone.now())
    deeds = [lambda domain=domain: domain_checks.check(domain.pk, clock=database_now) for domain in rivals]
    answers = at_once(deeds * (THREADS // 2))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return [reload(domain) for domain in rivals]


def assert_one_winner(rivals: list[Domain]) -> None:
    assert sorted(domain.state for domain in rivals) == [DomainState.UNVERIFIED, DomainState.VERIFIED]
    assert {domain.answer for domain in rivals} == {Answer.PRESENT, Answer.TAKEN}
    for domain in rivals:
        assert acts(domain.org).count("domain.verify") == int(domain.is_verified)


def test_two_companies_race_for_a_domain_and_one_gets_it(
    admin: Membership, outsider: Membership, nameserver: NameServer
) -> None:
    assert_one_winner(race(admin, outsider, nameserver))
    assert len(nameserver.asked) >= 2
    for org in (admin.org, outsider.org):
        with company_scope(org.pk):
            assert audit.broken_at(org) is None


@contextmanager
def without_constraint(name: str) -> Iterator[None]:
    """The control: the table without one of its constraints. Its rows go before the constraint comes back."""
    constraint = next(found for found in Domain._meta.constraints if found.name == name)
    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(Domain, constraint)
    try:
        yield
    finally:
        with platform_scope():
            Domain.objects.all().delete()
        with as_owner(), connection.schema_editor() as editor:
            editor.add_constraint(Domain, constraint)


def test_control_without_the_constraint_both_companies_get_it(
    admin: Membership, outsider: Membership, nameserver: NameServer
) -> None:
    with without_constraint("orgs_domain_one_company"):
        rivals = race(admin, outsider, nameserver)
        with pytest.raises(AssertionError):
            assert_one_winner(rivals)
        assert [domain.state for domain in rivals] == [DomainState.VERIFIED] * 2


def add_all_at_once(admin: Membership, name: str) -> list[str]:
    """Thirty adds; `{number}` in the name makes each another domain."""

    def add(number: int) -> str:
        try:
            domains.add(name=name.format(number=number), actor=admin, now=timezone.now())
        except Refused as refused:
            return str(refused)
        return "added"

    return [str(told) for told in at_once([lambda number=number: add(number) for number in range(THREADS)])]


def test_domain_added_thirty_times_at_once_is_linked_once(admin: Membership) -> None:
    told = add_all_at_once(admin, "acme.example")
    assert told.count("added") == 1
    assert told.count("acme.example is linked already.") == THREADS - 1
    assert names(admin.org) == ["acme.example"]


def test_bound_of_domains_holds_with_thirty_adding_at_once(admin: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains, "MOST", 3)
    assert add_all_at_once(admin, "acme{number}.example").count("added") == 3
    assert len(names(admin.org)) == 3


def test_control_without_the_companys_lock_the_bound_is_overrun(
    admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count and then insert: everybody counts before anybody has inserted."""
    monkeypatch.setattr(domains, "MOST", 3)
    monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
    monkeypatch.setattr("orgs.audit.audit.record", lambda *_, **__: nullcontext())
    everybody_counted = threading.Barrier(THREADS)
    true_challenge = domains.make_challenge

    def challenge_late(*args: Any) -> str:
        everybody_counted.wait(30)
        return true_challenge(*args)

    monkeypatch.setattr(domains, "make_challenge", challenge_late)
    assert add_all_at_once(admin, "acme{number}.example").count("added") == THREADS
    assert len(names(admin.org)) == THREADS


def test_ten_verified_at_once_leave_one_primary(admin: Membership, nameserver: NameServer) -> None:
    linked = [link(admin, f"acme{number}.example", now=timezone.now()) for number in range(10)]
    for domain in linked:
        nameserver.publish(domain.host, domain.challenge)
        domains.ask_check(domain=domain, actor=admin, now=timezone.now())
    answers = at_once([lambda domain=domain: domain_checks.check(domain.pk, clock=database_now) for domain in linked])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert len(names(admin.org, state=DomainState.VERIFIED)) == 10
    assert len(names(admin.org, is_primary=True)) == 1


def test_removing_while_it_is_made_primary_leaves_no_primary_that_is_gone(admin: Membership) -> None:
    now = timezone.now()
    first, second = (link(admin, name, now=now) for name in ("acme.example", "acme.org"))
    for domain in (first, second):
        domains.note(domain=domain, answer=Answer.PRESENT, asked_at=now, now=now)
    deeds = [
        lambda: domains.remove(domain=second, actor=admin, now=now),
        lambda: domains.set_primary(domain=second, actor=admin, now=now),
    ]
    answers = at_once(deeds * 5)
    assert all(answer is None or isinstance(answer, Refused) for answer in answers), answers
    assert names(admin.org) == names(admin.org, is_primary=True) == ["acme.example"]
