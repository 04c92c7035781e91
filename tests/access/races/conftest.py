"""The test pages of `tests/access/wall/urls.py` are what members write through here."""

from __future__ import annotations

import pytest

from tests.access.wall import urls


@pytest.fixture(autouse=True)
def wall_urls(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.access.wall.urls"
    urls.gate = urls.Gate()
