"""The mail server, the broker and the processes, for the tests of this folder that ask for them."""

from collections.abc import Iterator

import pytest

from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink
from tracker_portal.celery import app

__all__ = ["broker", "portal", "smtp_sink"]


@pytest.fixture
def eager() -> Iterator[None]:
    """Jobs run where they are asked for."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)
