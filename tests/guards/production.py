"""The environment of a deployment: safe settings, and a database whose login goes around the wall."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker_portal.embedded.postgres import postgres

KEY = "check-" + "Zq8v2mXw5Lr9Tn4Kc7Hj1Pd6Fb3Sg0Yx" * 2
SAFE = {
    "DEBUG": "false",
    "SECRET_KEY": KEY,
    "ORIGIN": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
    "SELLER_NAME": "Northern Software GmbH",
    "SELLER_ADDRESS": "Invalidenstraße 5, 10115 Berlin",
    "SELLER_TAX_ID": "VAT DE136695976",
    "SELLER_BANK": "Commerzbank, BIC COBADEFF",
    "SELLER_ACCOUNT": "DE89 3704 0044 0532 0130 00",
    "SELLER_EMAIL": "billing@portal.example",
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "REDIS_URL": os.environ.get("REDIS_URL", ""),
    "PATH": os.environ["PATH"],
}


@pytest.fixture(scope="module")
def superusers_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose superuser we know: the tests' own one does not tell."""
    server, password = postgres(Path(tmp_path_factory.mktemp("superuser")), durable=False)
    server.start()
    yield f"postgres://postgres:{password}@127.0.0.1:{server.port}/postgres"
    server.stop()
