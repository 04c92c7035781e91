"""Waking the worker after the commit: quick, once, and never a reason for an error page."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field

import pytest
import redis
from django.db import transaction

from orgs.mail import mail_sender, outbox
from tests.orgs.mail.mails import assert_sent_once, drain_later, post, post_and_change_ones_mind
from tests.orgs.mail.processes import Broker, application
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
UNNOTICED = 1.5  # seconds that a request may lose
CALLS = ("connect", "recv", "recv_into", "send", "sendall")
PAUSES = ("kombu.utils.functional.sleep", "redis.retry.sleep")


def jobs(broker: Broker) -> int:
    """How many drains wait in the queue."""
    with closing(redis.Redis.from_url(broker.url)) as client:
        return client.llen("celery")


@contextmanager
def dead(broker: Broker) -> Iterator[None]:
    broker.kill()
    yield


@contextmanager
def frozen(broker: Broker) -> Iterator[None]:
    """It holds its connections and says nothing."""
    broker.server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        broker.server.process.send_signal(signal.SIGCONT)


@contextmanager
def full(broker: Broker) -> Iterator[None]:
    """It refuses to take anything more."""
    with closing(redis.Redis.from_url(broker.url)) as client:
        client.config_set("maxmemory", "100kb")
    yield


@contextmanager
def with_another_password(broker: Broker) -> Iterator[None]:
    with closing(redis.Redis.from_url(broker.url)) as client:
        client.config_set("requirepass", "changed")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    yield


@contextmanager
def unreachable(broker: Broker) -> Iterator[None]:
    """A listener whose queue is full: no connection comes about."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(listener.getsockname())
        outbox.current_app = application(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        yield


TROUBLES = [dead, frozen, full, with_another_password, unreachable]
Trouble = Callable[[Broker], contextmanager]
Watching = Callable[[], AbstractContextManager["Waits"]]


def post_in_a_request() -> list[str]:
    """Two mails in one transaction; their addresses."""
    with transaction.atomic():
        return [post(), post()]


@dataclass
class Waits:
    """Seconds that this thread waited for the broker, by the limits it had set itself, and no clock.

    `lost` are the limits of calls that ran out, and the pauses between tries (which are not made here).
    """

    lost: list[float] = field(default_factory=list)
    calls: int = 0
    unlimited: list[str] = field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            monkeypatch.setattr(socket.socket, name, self._watched(name, getattr(socket.socket, name)))
        for name in PAUSES:
            monkeypatch.setattr(name, self.lost.append)

    def _watched(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        watcher = threading.get_ident()

        def watched(sock: socket.socket, *args: object) -> object:
            if threading.get_ident() != watcher:
                return call(sock, *args)
            self.calls += 1
            self.unlimited += [name] if sock.gettimeout() is None else []
            try:
                return call(sock, *args)
            except TimeoutError:
                self.lost.append(sock.gettimeout() or 0)
                raise

        return watched


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Watching:
    """Watches this thread's sockets inside the block."""

    @contextmanager
    def watching() -> Iterator[Waits]:
        found = Waits()
        with monkeypatch.context() as patches:
            found.watch(patches)
            yield found

    return watching


@pytest.mark.parametrize("was_used", [True, False], ids=["known connection", "new connection"])
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_broker_in_trouble_costs_a_moment_and_no_mail(
    smtp_sink: Sink,
    broker: Broker,
    trouble: Trouble,
    was_used: bool,
    waits: Watching,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if was_used:
        outbox.wake()
    with trouble(broker), waits() as waited:
        addresses = post_in_a_request()
    assert "could not be woken" in caplog.text
    assert (waited.calls > 0, waited.unlimited) == (True, [])
    assert sum(waited.lost) < UNNOTICED

    drain_later()
    assert_sent_once(smtp_sink, addresses)


@pytest.mark.parametrize(
    ("name", "patience", "trouble"), [("interval_start", 1.6, dead), ("socket_timeout", 2, frozen)]
)
def test_patient_waking_would_be_noticed(
    name: str, patience: float, trouble: Trouble, broker: Broker, waits: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: between two tries kombu by itself waits for two seconds."""
    monkeypatch.setitem(outbox.IMPATIENT, name, patience)
    with trouble(broker), waits() as waited:
        post_in_a_request()
    assert sum(waited.lost) > UNNOTICED


def test_waking_without_a_limit_would_be_noticed(
    broker: Broker, waits: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control."""
    monkeypatch.setitem(outbox.IMPATIENT, "socket_timeout", None)
    with waits() as waited:
        post_in_a_request()
    assert waited.unlimited


def test_transaction_wakes_the_worker_once(broker: Broker) -> None:
    post_in_a_request()
    assert jobs(broker) == 1


def test_transaction_that_fails_wakes_nobody(broker: Broker) -> None:
    post_and_change_ones_mind()
    assert jobs(broker) == 0


def test_mail_after_a_part_that_was_rolled_back_wakes_the_worker(broker: Broker) -> None:
    with transaction.atomic():
        post_and_change_ones_mind()
        post()
    assert jobs(broker) == 1


def test_round_that_ran_out_of_time_asks_for_another(
    smtp_sink: Sink, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_sender, "ROUND", mail_sender.ROUND * 0)
    post_in_a_request()

    assert mail_sender.drain() == 1
    assert jobs(broker) == 2
    with smtp_sink.stopped():
        assert mail_sender.drain() == 0
    assert jobs(broker) == 2  # a round that got nowhere is left to beat
