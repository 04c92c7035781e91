"""The mail server, the broker and the processes, for every test of this folder that asks for them."""

from tests.outbox.processes import broker, portal
from tests.outbox.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]
