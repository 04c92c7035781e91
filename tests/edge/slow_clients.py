"""Clients whose slowness must be nobody else's, and visitors who say what they feel of it."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

MANY = 200
TRICKLE = 0.5  # seconds between two bytes
COMING = 0.02  # seconds between two clients
PATIENCE = 30  # seconds until they count as come, though some were not answered
COOKIE = "csrftoken=" + "c" * 32


@dataclass
class Target:
    """Where the clients go; `path` and `cookie` lead to the large file. `come` are those who are where they wanted."""

    port: int
    path: str = "/"
    cookie: str = ""
    come: int = 0

    async def connect(self, text: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        # A small window, or the kernel would take the most of the file in before anybody reads it.
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1024)
        writer.write(text.replace("HOST", f"127.0.0.1:{self.port}").replace("\n", "\r\n").encode())
        await writer.drain()
        return reader, writer

    async def post(self, length: int, beginning: str) -> asyncio.StreamWriter:
        kind = "Content-Type: application/x-www-form-urlencoded"
        head = f"POST /login/ HTTP/1.1\nHost: HOST\nContent-Length: {length}\n{kind}\nCookie: {COOKIE}\n\n"
        return (await self.connect(head + beginning))[1]


Client = Callable[[Target], Coroutine[Any, Any, None]]


async def leaves_open(target: Target) -> None:
    """Asks for an answer on a connection that is to be closed after it, and does not close it."""
    reader, writer = await target.connect("GET /healthz HTTP/1.1\nHost: HOST\nConnection: close\n\n")
    await reader.read(16)
    await stay(target, writer)


async def trickles_header(target: Target) -> None:
    _, writer = await target.connect("GET /login/ HTTP/1.1\nHost: HOST\nX-Slow: ")
    await trickle(target, writer)


async def trickles_body(target: Target) -> None:
    await trickle(target, await target.post(100_000, "login="))


async def trickles_upload(target: Target) -> None:
    """A body that is too long to be taken in first, its beginning at once."""
    await trickle(target, await target.post(50_000_000, "a" * 1_100_000))


async def says_nothing(target: Target) -> None:
    await stay(target, (await target.connect(""))[1])


async def reads_slowly(target: Target) -> None:
    """A kilobyte a second of the large file."""
    reader, writer = await target.connect(f"GET {target.path} HTTP/1.1\nHost: HOST\nCookie: {target.cookie}\n\n")
    await reader.read(16)
    target.come += 1
    while not writer.is_closing():
        await reader.read(1024)
        await asyncio.sleep(1)


async def stay(target: Target, connection: asyncio.StreamWriter) -> None:
    """Holds it: one that nobody refers to is closed."""
    target.come += 1
    await asyncio.sleep(3600)
    connection.close()


async def trickle(target: Target, writer: asyncio.StreamWriter) -> None:
    target.come += 1
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(TRICKLE)


@contextmanager
def attacked(client: Client, target: Target, *, patience: float = PATIENCE) -> Iterator[None]:
    """All clients of one kind, who come again when they are cut off, until the block ends.

    It begins when all have come: how slow they are counts here, not how much work the first answer to each of them is.
    """
    loop, target.come = asyncio.new_event_loop(), 0

    async def come_again(number: int) -> None:
        await asyncio.sleep(COMING * number)
        while True:
            with suppress(OSError):
                await client(target)
            await asyncio.sleep(0.2)

    async def gather() -> None:
        await asyncio.gather(*[come_again(number) for number in range(MANY)])

    attack = loop.create_task(gather())
    thread = threading.Thread(target=lambda: run(loop, attack), daemon=True)
    thread.start()
    give_up_at = time.monotonic() + patience
    try:
        while target.come < MANY and time.monotonic() < give_up_at:
            time.sleep(0.1)
        yield
    finally:
        loop.call_soon_threadsafe(attack.cancel)
        thread.join(20)


def run(loop: asyncio.AbstractEventLoop, attack: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(attack)
    loop.close()


@dataclass
class Visitors:
    """Milliseconds that each page took; `failed` are those that did not come."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Of those that came; endless when fewer than a page a second did, or any failed."""
        return statistics.quantiles(self.took, n=20)[18] if len(self.took) > 1 and not self.failed else float("inf")

    def __str__(self) -> str:
        median = statistics.median(self.took) if self.took else float("inf")
        return f"{len(self.took)} pages, {len(self.failed)} failed {self.failed[:1]}, median {median:.0f} ms, p95 {self.p95:.0f} ms"


def visit(port: int, *, seconds: float, people: int = 4, pause: float = 0.1, timeout: float = 5) -> Visitors:
    """What people feel who open a page now and then, each on a new connection."""
    found, until = Visitors(), time.monotonic() + seconds
    threads = [threading.Thread(target=visitor, args=(port, until, pause, timeout, found)) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def visitor(port: int, until: float, pause: float, timeout: float, found: Visitors) -> None:
    while time.monotonic() < until:
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request("GET", "/login/")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            found.took.append((time.monotonic() - began) * 1000)
        except (OSError, AssertionError) as error:
            found.failed.append(repr(error))
        finally:
            connection.close()
        time.sleep(pause)
