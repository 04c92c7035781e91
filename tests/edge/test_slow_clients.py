"""Two hundred slow clients of each kind are not felt by anybody else, keep no thread and no memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.edge import slow_clients
from tests.edge.conftest import Download, Site
from tests.edge.slow_clients import Client, Target, Visitors, attacked, visit

pytestmark = pytest.mark.django_db(transaction=True)

MEBIBYTE = 2**20
FELT = 100  # milliseconds for 95 of 100 pages
STALLED = 1000  # the control's visitors wait longer
MEMORY = 400  # mebibytes of the edge under any of these

ATTACKS = [
    slow_clients.leaves_open,
    slow_clients.trickles_header,
    slow_clients.trickles_body,
    slow_clients.trickles_upload,
    slow_clients.says_nothing,
    slow_clients.reads_slowly,
]


def attack_all(site: Site, file: Download, *, seconds: float) -> tuple[Visitors, dict[str, Visitors]]:
    """What visitors feel undisturbed, and under each attack. No worker may end and the edge not grow meanwhile."""
    target, workers = Target(site.port, file.path, file.cookie), set(site.web.children())
    visit(site.port, seconds=1)  # all processes have read their code
    undisturbed, felt = visit(site.port, seconds=seconds), {}
    print(f"\nundisturbed: {undisturbed}; {site.memory():.0f} MiB")
    for client in ATTACKS:
        with attacked(client, target):
            felt[client.__name__] = visit(site.port, seconds=seconds)
            print(f"{client.__name__}: {felt[client.__name__]}; {site.memory():.0f} MiB")
            assert site.memory() < MEMORY
    assert set(site.web.children()) == workers
    return undisturbed, felt


def assert_within(limit: float, felt: dict[str, Visitors]) -> None:
    assert {name: str(visitors) for name, visitors in felt.items() if visitors.p95 > limit} == {}


@pytest.mark.long
def test_two_hundred_slow_clients_stall_nobody(site: Site, download: Callable[[Site, bytes], Download]) -> None:
    """Beside other suites on the same cores: what their work costs is felt, too, and is no stall."""
    undisturbed, felt = attack_all(site, download(site, b"x" * 5 * MEBIBYTE), seconds=3)
    assert_within(max(STALLED, 2 * undisturbed.p95), felt)


@pytest.mark.soak
def test_two_hundred_slow_clients_are_not_felt_for_long(
    site: Site, download: Callable[[Site, bytes], Download]
) -> None:
    """Alone on the machine; where it is busy all the same, the limit follows what visitors feel without an attack."""
    undisturbed, felt = attack_all(site, download(site, b"x" * 5 * MEBIBYTE), seconds=60)
    assert_within(max(FELT, 2 * undisturbed.p95 + FELT / 2), felt)


@pytest.mark.long
@pytest.mark.parametrize("client", [slow_clients.leaves_open, slow_clients.trickles_body], ids=lambda it: it.__name__)
def test_control_without_the_edge_they_stall_everybody(client: Client, start_site: Callable[..., Site]) -> None:
    alone = start_site(edge=False)
    visit(alone.port, seconds=1)
    undisturbed = visit(alone.port, seconds=2)
    with attacked(client, Target(alone.port)):
        felt = visit(alone.port, seconds=4)
    print(f"\nalone, undisturbed: {undisturbed}; {client.__name__}: {felt}")
    assert felt.p95 > max(STALLED, 2 * undisturbed.p95), f"{undisturbed}; {felt}"
