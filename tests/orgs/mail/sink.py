"""A real mail server on loopback that keeps what it accepts, and fails where a test asks it to.

A test takes the fixture `smtp_sink`; Django's settings then point at it. Other folders import it into their conftest.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tracker_portal.embedded.processes.ports import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd writes down every line of a conversation


PATIENT, IMPATIENT = 10, 0.3  # seconds


class At(Enum):
    """Where in the conversation the server fails."""

    RECIPIENT = "before the text is sent"
    DATA = "the text has come and is thrown away"
    ANSWER = "the mail is accepted, and the client never hears of it"
    QUIT = "the client has its answer and says good-bye"


class Deed(Enum):
    """What it does instead of answering; a text such as `451 Later` is answered."""

    HANG = "says nothing more"
    CLOSE = "ends the connection"
    RESET = "resets the connection"


@dataclass(frozen=True)
class Fault:
    at: At
    deed: Deed | str
    only_to: str = ""  # an address; empty: every mail

    def __str__(self) -> str:
        return f"{self.at.name} {self.deed.name if isinstance(self.deed, Deed) else self.deed}".lower()


@dataclass(frozen=True)
class Accepted:
    """A mail for which the server has taken the responsibility."""

    to: str
    message_id: str
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()


@dataclass
class Sink:
    """The server: `fault` is read at each step of each conversation, so it can be changed at any time."""

    port: int = field(default_factory=free_port)
    fault: Fault | None = None
    accepted: list[Accepted] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)  # the recipient of each conversation
    on_accept: Callable[[], None] = lambda: None  # called before the answer
    struck: threading.Event = field(default_factory=threading.Event)  # the fault has happened
    set_timeout: Callable[[float], None] = lambda _: None  # how long the client waits for an answer

    def start(self) -> None:
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """From now on connections are refused."""
        self._hang_up()
        self._controller.stop()

    def _hang_up(self) -> None:
        self._controller.loop.call_soon_threadsafe(self._controller.handler.hang_up)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def fails(self, at: At, deed: Deed | str, *, only_to: str = "") -> None:
        """From now on, until it is healed. A client that must give up does so soon."""
        self.struck.clear()
        self.fault = Fault(at, deed, only_to)
        self.set_timeout(IMPATIENT if deed == Deed.HANG else PATIENT)

    def heal(self) -> None:
        """All is well again; who still waits for an answer sees the connection end."""
        self.fault = None
        self.set_timeout(PATIENT)
        self._hang_up()

    def times(self) -> Counter[str]:
        """How often the mail to each address was accepted."""
        return Counter(mail.to for mail in self.accepted)

    def message_ids(self, to: str) -> list[str]:
        return [mail.message_id for mail in self.accepted if mail.to == to]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Handler:
    """aiosmtpd calls these in the thread of the server."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.lines: set[asyncio.Transport] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.lines.add(server.transport)
        self.sink.tried.append(address)
        envelope.rcpt_tos.append(address)
        return await self.strike(At.RECIPIENT, server, address) or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = session.to = envelope.rcpt_tos[0]
        if answer := await self.strike(At.DATA, server, to):
            return answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.sink.accepted.append(Accepted(to, message["Message-ID"], message, envelope.content))
        await asyncio.to_thread(self.sink.on_accept)
        return await self.strike(At.ANSWER, server, to) or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self.strike(At.QUIT, server, getattr(session, "to", "")) or "221 Bye"

    async def strike(self, at: At, server: SMTP, to: str) -> str:
        """The answer that the fault wants here; does not return when the fault is silence."""
        fault = self.sink.fault
        if fault is None or fault.at != at or fault.only_to not in ("", to):
            return ""
        self.sink.struck.set()
        if isinstance(fault.deed, str):
            return fault.deed
        if fault.deed == Deed.RESET:
            forget = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: the kernel answers with a reset
            server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, forget)
        if fault.deed != Deed.HANG:
            server.transport.abort()
        await asyncio.Event().wait()  # until the connection is lost: aiosmtpd cancels this then
        return ""

    def hang_up(self) -> None:
        for line in self.lines:
            line.abort()
        self.lines.clear()


@contextmanager
def running_sink() -> Iterator[Sink]:
    sink = Sink()
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()


@pytest.fixture
def smtp_sink(settings: object) -> Iterator[Sink]:
    """The mail server that Django sends to while the test runs."""
    with running_sink() as sink:
        sink.set_timeout = lambda seconds: setattr(settings, "EMAIL_TIMEOUT", seconds)
        sink.heal()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield sink
