"""Ports for servers: several processes draw them at the same time."""

import random
import socket

from tracker_portal.embedded.processes.ports import free_port, is_taken


def test_dice_that_are_seeded_alike_do_not_draw_the_same_ports() -> None:
    drawn = set()
    for _ in range(10):
        random.seed(7)
        drawn.add(free_port())
    assert len(drawn) > 1


def test_a_port_somebody_listens_on_is_taken() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert is_taken(port)
    assert not is_taken(port)
