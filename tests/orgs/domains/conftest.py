"""The name server that the product asks during these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.orgs.domains.nameserver import NameServer, running


@pytest.fixture
def nameserver(settings: Any) -> Iterator[NameServer]:
    with running() as server:
        settings.DNS_SERVERS = [server.address]
        yield server
