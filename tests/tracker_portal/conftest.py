"""The processes, the broker and the mail server of the outbox's tests."""

from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]
