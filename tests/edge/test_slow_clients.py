"""Two hundred slow clients of each kind are not felt by anybody else, keep no thread and no memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.edge import slow_clients
from tests.edge.conftest import Download, Site
from tests.edge.slow_clients import Client, Target, attacked, visit

pytestmark = pytest.mark.django_db(transaction=True)

MEBIBYTE = 2**20
FELT = 100  # milliseconds for 95 of 100 pages
TIMES = 3  # an attack is measured at most
STALLED = 2  # seconds after which nobody else comes in where there is no edge
MEMORY = 400  # mebibytes of the edge under any of these

ATTACKS = [
    slow_clients.leaves_open,
    slow_clients.trickles_header,
    slow_clients.trickles_body,
    slow_clients.trickles_upload,
    slow_clients.says_nothing,
    slow_clients.reads_slowly,
]


def attack_all(site: Site, file: Download, *, seconds: float) -> None:
    """No attack is felt, no worker ends, the edge does not grow."""
    target, workers = Target(site.port, file.path, file.cookie), set(site.web.children())
    visit(site.port, seconds=1)  # all processes have read their code
    felt = {client.__name__: not_felt(site, client, target, seconds=seconds) for client in ATTACKS}
    assert [name for name, is_calm in felt.items() if not is_calm] == []
    assert set(site.web.children()) == workers


def not_felt(site: Site, client: Client, target: Target, *, seconds: float) -> bool:
    """What keeps people waiting does so each time."""
    return any(is_calm(site, client, target, seconds=seconds) for _ in range(TIMES))


def is_calm(site: Site, client: Client, target: Target, *, seconds: float) -> bool:
    """On a machine that is busy anyway the limit follows what visitors feel a moment later, without the attack."""
    with attacked(client, target):
        felt = visit(site.port, seconds=seconds)
        print(f"\n{client.__name__}: {felt}; {site.memory():.0f} MiB")
        assert site.memory() < MEMORY
    if felt.p95 <= FELT:
        return True
    undisturbed = visit(site.port, seconds=seconds)
    print(f"undisturbed: {undisturbed}")
    return felt.p95 <= 2 * undisturbed.p95 + FELT / 2


@pytest.mark.long
def test_two_hundred_slow_clients_are_not_felt(site: Site, download: Callable[[Site, bytes], Download]) -> None:
    attack_all(site, download(site, b"x" * 5 * MEBIBYTE), seconds=3)


@pytest.mark.soak
def test_two_hundred_slow_clients_are_not_felt_for_long(
    site: Site, download: Callable[[Site, bytes], Download]
) -> None:
    attack_all(site, download(site, b"x" * 5 * MEBIBYTE), seconds=60)


@pytest.mark.long
@pytest.mark.parametrize("client", [slow_clients.leaves_open, slow_clients.trickles_body], ids=lambda it: it.__name__)
def test_control_without_the_edge_they_stall_everybody(client: Client, start_site: Callable[..., Site]) -> None:
    alone = start_site(edge=False)
    visit(alone.port, seconds=1)
    undisturbed = visit(alone.port, seconds=2)
    with attacked(client, Target(alone.port), patience=STALLED):
        felt = visit(alone.port, seconds=2, timeout=2)  # a page that does not come in that time is endless
    print(f"\nalone, undisturbed: {undisturbed}; {client.__name__}: {felt}")
    assert felt.p95 > max(1000, 2 * undisturbed.p95), f"{undisturbed}; {felt}"
