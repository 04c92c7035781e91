"""kill -9 in the middle of a send: of a drainer, of a worker's child, of a whole worker, of the broker."""

from __future__ import annotations

import pytest

from orgs.mail import outbox
from tests.orgs.mail.mails import (
    are_sent,
    assert_never_lost,
    assert_sent_once,
    drain_later,
    let_time_pass,
    post,
    post_some,
    row,
)
from tests.orgs.mail.processes import Broker, Portal, Running, end_all_other_database_connections, wait_until
from tests.orgs.mail.sink import At, Deed, Sink

pytestmark = pytest.mark.django_db(transaction=True)


def kill_in_the_middle_of_a_send(running: Running, sink: Sink) -> None:
    assert sink.struck.wait(20), running.log.read_text()
    running.kill()
    sink.heal()


@pytest.mark.parametrize(("at", "copies"), [(At.DATA, 0), (At.ANSWER, 1)])
def test_killed_drainer_loses_nothing(smtp_sink: Sink, portal: Portal, at: At, copies: int) -> None:
    addresses = post_some(3)
    smtp_sink.fails(at, Deed.HANG)
    kill_in_the_middle_of_a_send(portal.run("tests.orgs.mail.drain_once"), smtp_sink)
    assert len(smtp_sink.accepted) == copies

    drain_later()
    assert_never_lost(smtp_sink, addresses)
    assert smtp_sink.times().total() == 3 + copies


def test_killed_drainer_that_marks_before_it_sends_would_lose_mail(smtp_sink: Sink, portal: Portal) -> None:
    """Control of the test above."""
    addresses = post_some(3)
    smtp_sink.fails(At.DATA, Deed.HANG)
    kill_in_the_middle_of_a_send(portal.run("tests.orgs.mail.drain_once", "careless"), smtp_sink)

    drain_later()
    with pytest.raises(AssertionError, match="the mail to"):
        assert_never_lost(smtp_sink, addresses)


def test_worker_whose_children_or_database_connections_die_goes_on(smtp_sink: Sink, portal: Portal) -> None:
    worker = portal.worker()
    unlucky = post_to_hanging_server(smtp_sink)
    worker.kill_children()
    smtp_sink.heal()
    others = post_some(2)
    wait_until(lambda: are_sent(others))

    let_time_pass()
    end_all_other_database_connections()
    outbox.wake()
    wait_until(lambda: are_sent([unlucky]))
    assert_sent_once(smtp_sink, [*others, unlucky])


def test_mails_of_a_killed_worker_are_sent_by_the_next_one(smtp_sink: Sink, portal: Portal, broker: Broker) -> None:
    """The broker gives the killed worker's job back after ten minutes only: beat asks again before."""
    worker = portal.worker()
    unlucky = post_to_hanging_server(smtp_sink)
    worker.kill()
    smtp_sink.heal()
    let_time_pass()

    portal.beat()
    portal.worker()
    wait_until(lambda: are_sent([unlucky]))
    assert_sent_once(smtp_sink, [unlucky])


def test_broker_is_killed_in_the_middle_of_a_send_and_comes_back_empty(
    smtp_sink: Sink, portal: Portal, broker: Broker
) -> None:
    """A worker with a job in hand that loses its broker may end by itself (kombu): its supervisor starts it again."""
    portal.supervise()
    portal.tend()
    unlucky = post_to_hanging_server(smtp_sink)
    broker.kill()
    meanwhile = post()
    smtp_sink.heal()
    wait_until(lambda: row(unlucky).last_error)
    let_time_pass()
    broker.come_back()

    wait_until(lambda: portal.tend() or are_sent([unlucky, meanwhile]))
    assert_never_lost(smtp_sink, [unlucky, meanwhile])


def post_to_hanging_server(sink: Sink) -> str:
    """Returns when a worker, woken by the commit, is in the middle of the send."""
    sink.fails(At.DATA, Deed.HANG)
    to = post()
    assert sink.struck.wait(20)
    return to
