"""Stripe on loopback: a real HTTP server that opens sessions as Stripe does, and signs messages."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tracker_portal.embedded.processes.ports import free_port

KEY, SECRET = "sk_test_loopback", "whsec_loopback"
DRAWS = 20  # of a port, until nobody else was faster
Answer = Callable[["Handler"], bool]


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    form: dict[str, str]
    idempotency_key: str
    authorization: str


@dataclass
class Stripe:
    """What was asked, and the sessions by id. The first answers may be others than Stripe's: `instead`, in order."""

    asked: list[Asked] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    instead: list[Answer] = field(default_factory=list)
    url: str = ""

    def open(self, asked: Asked) -> dict[str, Any]:
        """A session; the same one for the same idempotency key."""
        if asked.idempotency_key not in self.by_key:
            number = f"cs_test_{len(self.sessions) + 1}"
            self.by_key[asked.idempotency_key] = number
            self.sessions[number] = {
                "id": number,
                "object": "checkout.session",
                "url": f"{self.url}/pay/{number}",
                "status": "open",
                "payment_status": "unpaid",
                "amount_total": int(asked.form["line_items[0][price_data][unit_amount]"]),
                "currency": asked.form["line_items[0][price_data][currency]"],
                "payment_intent": f"pi_{len(self.sessions) + 1}",
                "metadata": {"top_up": asked.form["metadata[top_up]"]},
            }
        return self.sessions[self.by_key[asked.idempotency_key]]

    def found(self, *, payment_intent: str, limit: str) -> list[dict[str, Any]]:
        """The sessions of a payment."""
        mine = [each for each in self.sessions.values() if each["payment_intent"] == payment_intent]
        return mine[: int(limit)]


class Handler(BaseHTTPRequestHandler):
    stripe: Stripe

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = self._note(dict(parse_qsl(body)))
        session = self.stripe.open(asked)
        if not self.is_answered():
            self.answer(200, session)

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # some browsers ask for it by themselves, on every origin
            self.send(200, "image/x-icon", b"")
            return
        self._note({})
        if self.path.startswith("/pay/"):
            self.send(200, "text/html", b"<title>Card</title><h1>Your card</h1>")
            return
        if self.is_answered():
            return
        path = urlsplit(self.path)
        if path.query:
            self.answer(200, {"object": "list", "data": self.stripe.found(**dict(parse_qsl(path.query)))})
            return
        session = self.stripe.sessions.get(path.path.rpartition("/")[2])
        self.answer(200 if session else 404, session or {"error": {"message": "no such session"}})

    def is_answered(self) -> bool:
        return bool(self.stripe.instead) and self.stripe.instead.pop(0)(self)

    def answer(self, status: int, what: dict[str, Any]) -> None:
        self.send(status, "application/json", json.dumps(what).encode())

    def send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""

    def _note(self, form: dict[str, str]) -> Asked:
        key, who = self.headers.get("Idempotency-Key", ""), self.headers.get("Authorization", "")
        self.stripe.asked.append(Asked(self.command, self.path, form, key, who))
        return self.stripe.asked[-1]


def lost(handler: Handler) -> bool:
    """The session is opened, and the answer never arrives."""
    handler.close_connection = True
    return True


def broken(handler: Handler) -> bool:
    handler.answer(500, {"error": {"message": "out of order"}})
    return True


def _listening(handler: type[Handler]) -> ThreadingHTTPServer:
    for _ in range(DRAWS):
        with suppress(OSError):
            return ThreadingHTTPServer(("127.0.0.1", free_port()), handler)
    raise OSError(f"No port was free in {DRAWS} draws.")


@contextmanager
def running() -> Iterator[Stripe]:
    stripe = Stripe()
    server = _listening(type("Bound", (Handler,), {"stripe": stripe}))
    stripe.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()


def message(kind: str, session: dict[str, Any], *, number: str = "evt_1") -> bytes:
    """A message about a session, as Stripe writes it."""
    return event(f"checkout.session.{kind}", session, number=number)


def event(kind: str, what: dict[str, Any], *, number: str) -> bytes:
    """A message about anything."""
    return json.dumps({"id": number, "object": "event", "type": kind, "data": {"object": what}}).encode()


def signature(body: bytes, *, at: float, secret: str = SECRET) -> str:
    """The header that goes with it, signed at a time (seconds since 1970)."""
    signed = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={int(at)},v1={signed}"
