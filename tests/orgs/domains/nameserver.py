"""A real name server on loopback, for UDP and TCP, whose answers a test writes down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread

from dnslib import CNAME, NS, RCODE, RR, SOA, TXT, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer

from tracker_portal.embedded.processes.ports import free_port

HOST = "_tracker-challenge"
UDP_SIZE = 1232  # bytes
DRAWS = 20  # of a port, until one is free for both protocols
Reply = Callable[[DNSRecord], None]  # changes the reply that begins as NXDOMAIN with the zone's SOA


class Silence(Exception):
    """The server answers nothing."""


class Handler(DNSHandler):
    def get_reply(self, data: bytes) -> bytes:
        wire: bytes = super().get_reply(data)
        if self.protocol == "tcp" or len(wire) <= UDP_SIZE:
            return wire
        short = DNSRecord.parse(data).reply()
        short.header.tc = 1  # come again by TCP
        cut: bytes = short.pack()
        return cut

    def handle(self) -> None:
        with suppress(Silence):
            super().handle()


class NameServer(BaseResolver):
    """Answers by name; what it does not know does not exist. `asked` are the questions in their order."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, str]] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.address = ""

    def resolve(self, request: DNSRecord, handler: object) -> DNSRecord:
        name = str(request.q.qname).rstrip(".").lower()
        self.asked.append((name, handler.protocol))
        self.before_answer()
        reply = request.reply()
        self._find(name)(reply)
        return reply

    def _find(self, name: str) -> Reply:
        labels = name.split(".")
        wildcards = ("*." + ".".join(labels[n:]) for n in range(1, len(labels)))
        return next((self.replies[key] for key in (name, *wildcards) if key in self.replies), nonexistent)

    def publish(self, name: str, *values: str | list[bytes]) -> None:
        """TXT records at a name, each a value or the strings it is split into."""
        self.replies[name] = texts(*values)

    def withdraw(self, name: str) -> None:
        del self.replies[name]


def texts(*values: str | list[bytes]) -> Reply:
    def reply(record: DNSRecord) -> None:
        for value in values:
            parts = value if isinstance(value, list) else [value.encode()]
            record.add_answer(RR(record.q.qname, rtype=16, ttl=60, rdata=TXT(parts)))

    return reply


def soa(record: DNSRecord) -> None:
    record.add_auth(RR("example.", rtype=6, ttl=60, rdata=SOA("ns.example.", "root.example.", (1, 60, 60, 60, 60))))


def nonexistent(record: DNSRecord) -> None:
    record.header.rcode = RCODE.NXDOMAIN
    soa(record)


def nothing(record: DNSRecord) -> None:
    """The name exists and has no TXT record."""
    soa(record)


def referral(record: DNSRecord) -> None:
    """A lame server: it knows nothing about the zone and points to others."""
    record.header.aa = 0
    record.add_auth(RR(".", rtype=2, ttl=60, rdata=NS("a.root-servers.net.")))


def failure(code: str) -> Reply:
    def reply(record: DNSRecord) -> None:
        record.header.rcode = getattr(RCODE, code)

    return reply


def silent(record: DNSRecord) -> None:
    raise Silence


def alias(target: str, then: Reply | None = None) -> Reply:
    """A CNAME, and what is at its target."""

    def reply(record: DNSRecord) -> None:
        record.add_answer(RR(record.q.qname, rtype=5, ttl=60, rdata=CNAME(target)))
        if then:
            inner = DNSRecord.question(target, "TXT").reply()
            then(inner)
            record.header.rcode = inner.header.rcode
            record.add_answer(*inner.rr)
            record.add_auth(*inner.auth)

    return reply


def loop(record: DNSRecord) -> None:
    """A → B → A."""
    first, second = record.q.qname, "b.loop.example."
    record.add_answer(RR(first, rtype=5, ttl=60, rdata=CNAME(second)))
    record.add_answer(RR(second, rtype=5, ttl=60, rdata=CNAME(first)))


def _listening(resolver: NameServer) -> tuple[DNSServer, DNSServer]:
    """Both protocols on the same port: what is free for one may be in use for the other."""
    quiet = DNSLogger(log="-request,-reply,-truncated,-error", prefix=False)
    for _ in range(DRAWS):
        port = free_port()
        with suppress(OSError), ExitStack() as opened:
            udp = DNSServer(resolver, address="127.0.0.1", port=port, logger=quiet, handler=Handler)
            opened.callback(udp.server.server_close)
            tcp = DNSServer(resolver, address="127.0.0.1", port=port, tcp=True, logger=quiet, handler=Handler)
            opened.pop_all()
            resolver.address = f"127.0.0.1:{port}"
            return udp, tcp
    raise OSError(f"No port was free for UDP and TCP in {DRAWS} draws.")


@contextmanager
def running() -> Iterator[NameServer]:
    """Serves UDP and TCP on one free port."""
    resolver = NameServer()
    udp, tcp = _listening(resolver)
    servers = [udp.server, tcp.server]
    for server in servers:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield resolver
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
