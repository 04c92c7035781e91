"""The jobs: what is due, look-ups against a real name server, never inside a transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from orgs import tasks
from orgs.domains import checks as domain_checks
from orgs.domains import dns, domains
from orgs.domains.models import Answer, Domain, DomainState
from orgs.mail import outbox
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import platform_scope
from tests.orgs.domains import nameserver as ns
from tests.orgs.domains.linked import DAY, link, reload, verify
from tests.orgs.domains.nameserver import NameServer
from tracker_portal.celery import app

Login = Callable[[Membership], Client]


@pytest.fixture
def eager() -> Iterator[None]:
    """Jobs run where they are asked for."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


def check(domain: Domain) -> Domain:
    domain_checks.check(domain.pk, clock=database_now)
    return reload(domain)


def ask(domain: Domain, actor: Membership) -> Domain:
    domains.ask_check(domain=domain, actor=actor, now=database_now() - dt.timedelta(seconds=1))
    return domain


# --- what is due ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_verified_domain_is_due_a_day_after_its_last_look_up(admin: Membership, now: dt.datetime) -> None:
    domain = verify(admin, now=now)
    assert domain_checks.due(now + DAY - dt.timedelta(microseconds=1)) == []
    assert domain_checks.due(now + DAY) == [domain.pk]


@pytest.mark.django_db
def test_domain_that_is_not_verified_is_due_only_when_somebody_asks(
    admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    overdue, asked = verify(outsider, now=now), link(admin, "acme.org", now=now)
    assert domain_checks.due(now + 5 * DAY) == [overdue.pk]
    domains.ask_check(domain=asked, actor=admin, now=now)
    assert domain_checks.due(now + 5 * DAY) == [asked.pk, overdue.pk], "who waits comes first"


@pytest.mark.django_db
def test_beat_runs_what_the_worker_was_not_told(
    admin: Membership, now: dt.datetime, nameserver: NameServer, eager: None
) -> None:
    domain = ask(link(admin, now=now), admin)
    nameserver.publish(domain.host, domain.challenge)
    tasks.check_domains()
    domain = reload(domain)
    assert (domain.state, domain.checking_since) == (DomainState.VERIFIED, None)
    tasks.check_domains()
    assert len(nameserver.asked) == 1, "nothing is due any more"


@pytest.mark.django_db
def test_task_that_comes_twice_looks_up_once(admin: Membership, now: dt.datetime, nameserver: NameServer) -> None:
    domain = ask(link(admin, now=now), admin)
    assert domain_checks.check(domain.pk, clock=database_now)
    assert domain_checks.check(domain.pk, clock=database_now) is None
    assert len(nameserver.asked) == 1


@pytest.mark.django_db
def test_task_of_a_removed_domain_does_nothing(admin: Membership, now: dt.datetime, nameserver: NameServer) -> None:
    domain = ask(link(admin, now=now), admin)
    domains.remove(domain=domain, actor=admin, now=now)
    assert domain_checks.check(domain.pk, clock=database_now) is None
    assert nameserver.asked == []


# --- what the name server says ----------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (ns.nonexistent, Answer.NO_RECORD),
        (ns.texts("v=spf1 -all"), Answer.OTHER_VALUE),
        (ns.failure("SERVFAIL"), Answer.UNKNOWN),
        (ns.referral, Answer.UNKNOWN),
        (ns.loop, Answer.UNKNOWN),
        (ns.silent, Answer.UNKNOWN),
    ],
)
def test_verified_domain_after_one_bad_answer_is_verified_and_its_clock_runs_only_for_absence(
    *,
    admin: Membership,
    now: dt.datetime,
    nameserver: NameServer,
    monkeypatch: pytest.MonkeyPatch,
    reply: ns.Reply,
    answer: Answer,
) -> None:
    monkeypatch.setattr(dns, "LIFETIME", 0.3)
    domain = verify(admin, now=now - 2 * DAY)
    nameserver.replies[domain.host] = reply
    domain = check(domain)
    assert (domain.answer, domain.is_verified) == (answer, True)
    assert (domain.missing_since is not None) == (answer != Answer.UNKNOWN)


@pytest.mark.django_db
def test_record_of_another_company_verifies_nothing(
    admin: Membership, outsider: Membership, now: dt.datetime, nameserver: NameServer
) -> None:
    own, foreign = ask(link(admin, now=now), admin), ask(link(outsider, now=now), outsider)
    nameserver.publish(own.host, own.challenge)
    assert check(foreign).answer == Answer.OTHER_VALUE
    assert check(own).is_verified


@pytest.mark.django_db
def test_record_of_an_earlier_link_verifies_nothing(
    admin: Membership, now: dt.datetime, nameserver: NameServer
) -> None:
    first = link(admin, now=now)
    nameserver.publish(first.host, first.challenge)
    domains.remove(domain=first, actor=admin, now=now)
    assert check(ask(link(admin, now=now), admin)).answer == Answer.OTHER_VALUE


@pytest.mark.django_db
def test_record_is_looked_for_under_the_a_label(admin: Membership, now: dt.datetime, nameserver: NameServer) -> None:
    domain = ask(link(admin, "münchen.example", now=now), admin)
    nameserver.publish("_tracker-challenge.xn--mnchen-3ya.example", domain.challenge)
    assert check(domain).is_verified


# --- no transaction is open while the name servers are asked ------------------------------------------------------
def open_transactions() -> int:
    """Asked by the name server, in a thread and with a connection of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
            " AND pid <> pg_backend_pid()"
        )
        count: int = cursor.fetchone()[0]
    connections.close_all()
    return count


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_during_a_look_up(admin: Membership, now: dt.datetime, nameserver: NameServer) -> None:
    seen: list[int] = []
    nameserver.before_answer = lambda: seen.append(open_transactions())
    domain = ask(link(admin, now=now), admin)
    check(domain)
    assert seen == [0]


@pytest.mark.django_db(transaction=True)
def test_control_an_open_transaction_is_seen(admin: Membership, now: dt.datetime, nameserver: NameServer) -> None:
    seen: list[int] = []
    nameserver.before_answer = lambda: seen.append(open_transactions())
    domain = ask(link(admin, now=now), admin)
    with transaction.atomic(), platform_scope():
        dns.look_up(domain.host, domain.challenge)
    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_verify_now_asks_the_worker_and_no_name_server(
    admin: Membership, now: dt.datetime, nameserver: NameServer, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = link(admin, now=now)
    client = login(admin)
    with app.connection_for_write() as broker:
        queue = broker.default_channel.client
        before = queue.llen("celery")
        client.post(f"/o/{admin.org.slug}/company/domains/{domain.public_id}/verify/")
        assert queue.llen("celery") == before + 1
    assert nameserver.asked == []
    assert reload(domain).checking_since


@pytest.mark.django_db(transaction=True)
def test_verify_now_works_without_a_broker(
    admin: Membership, now: dt.datetime, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = link(admin, now=now)
    broken = type(app)("broken", broker="redis://127.0.0.1:1/0", set_as_current=False)
    monkeypatch.setattr(outbox, "current_app", broken)
    response = login(admin).post(f"/o/{admin.org.slug}/company/domains/{domain.public_id}/verify/")
    assert response.status_code == 302
    assert domain_checks.due(now + DAY) == [domain.pk]
