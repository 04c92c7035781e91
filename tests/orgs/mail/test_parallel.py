"""Several drainers at once: each mail goes out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from orgs.mail import mail_sender
from tests.orgs.mail import careless
from tests.orgs.mail.mails import assert_sent_once, post_some
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
DRAINERS = 8


def drain_in_parallel() -> None:
    """Eight drainers with connections of their own that begin at the same moment."""
    start = threading.Barrier(DRAINERS)

    def drain(_: int) -> None:
        try:
            start.wait()
            mail_sender.drain()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(DRAINERS) as pool:
        list(pool.map(drain, range(DRAINERS)))


def test_parallel_drainers_send_each_mail_once(smtp_sink: Sink) -> None:
    addresses = post_some(24)
    drain_in_parallel()
    assert_sent_once(smtp_sink, addresses)


def test_without_claims_mails_would_go_out_twice(smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control of the test above."""
    monkeypatch.setattr(mail_sender, "claim", careless.look_without_claim)
    addresses = post_some(24)
    drain_in_parallel()
    with pytest.raises(AssertionError):
        assert_sent_once(smtp_sink, addresses)
