"""Ports on 127.0.0.1: free ones for the servers, and whether the one that was asked for is taken."""

import random
import socket

# Below the range from which the kernel takes ports for outgoing connections (32768 and up).
_CANDIDATES = range(20_000, 32_768)
_DRAWS = 100
_dice = random.SystemRandom()  # seeded alike, as tests seed them, two processes would draw the same ports


def free_port() -> int:
    """A port that was free just now; the caller retries when somebody else was faster."""
    for port in _dice.sample(_CANDIDATES, _DRAWS):
        if not is_taken(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether some process listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
