"""The mail server, the broker and the processes, for every test of this folder that asks for them."""

from tests.orgs.mail.processes import broker, portal
from tests.orgs.mail.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]
