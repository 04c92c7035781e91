"""What is said when the browser of the tests cannot be fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker_portal.embedded.browser.npm import download
from tracker_portal.embedded.errors import EmbeddedError
from tracker_portal.embedded.processes.ports import free_port


def test_download_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(EmbeddedError, match="ECONNREFUSED"):
        download("left-pad@1.3.0", tmp_path)
