"""A cluster is made once and copied: making it takes longer than all that most tests do with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tracker_portal.embedded.postgres import postgres


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cluster that nobody has started yet."""
    folder = tmp_path_factory.mktemp("made")
    postgres(folder, durable=False)
    return folder


@pytest.fixture
def cluster(made: Path, tmp_path: Path) -> Path:
    """One of the test's own."""
    subprocess.run(["cp", "-a", f"{made}/.", str(tmp_path)], check=True)
    return tmp_path


@pytest.fixture
def checkout(made: Path, tmp_path: Path) -> Path:
    """The folder of a checkout whose cluster is made."""
    (tmp_path / "postgres").mkdir()
    subprocess.run(["cp", "-a", f"{made}/.", str(tmp_path / "postgres")], check=True)
    return tmp_path
