"""The processes, the broker and the mail server of the outbox's tests."""

from tests.outbox.processes import broker, portal
from tests.outbox.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]
