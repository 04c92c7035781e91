"""Tokens that let somebody in: what a log shows of them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from orgs.tenancy import tokens
from tracker_portal.web.log_lines import LineFormatter


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)


def line(message: str, *args: object) -> str:
    return LineFormatter("%(levelname)s %(message)s").format(record(message, *args))


@pytest.mark.parametrize("path", ["/invitation/{}/", "/invitation/{}/accept/", "/join/{}/account/", "/login/reset/{}/"])
def test_log_shows_the_address_without_its_token(path: str) -> None:
    token = tokens.new_token()
    assert line("%s: %s", "Gone", path.format(token)) == f"WARNING Gone: {path.format('…')}"


def test_traceback_shows_it_without_its_token_too() -> None:
    token, failed = tokens.new_token(), record("Internal Server Error")
    try:
        raise ValueError(f"/invitation/{token}/ could not be read")
    except ValueError:
        failed.exc_info = sys.exc_info()
    text = LineFormatter().format(failed)
    assert "/invitation/…/ could not be read" in text
    assert token not in text


def test_other_lines_stay_as_they_are() -> None:
    assert line("%s: %s", "Not Found", "/o/northwind/issues/") == "WARNING Not Found: /o/northwind/issues/"


LOGGED = """
import logging, django
logging.getLogger("gunicorn.error").addHandler(logging.StreamHandler())  # as gunicorn has it before it loads us
django.setup()
for name in ("django.request", "django.server", "gunicorn.error", "celery", "anything"):
    logging.getLogger(name).error("%s: /invitation/%s/", name, "the-raw-token")
"""


@pytest.mark.parametrize("debug", ["true", "false"])
def test_no_logger_shows_a_token_and_each_line_stands_once(debug: str) -> None:
    """Django's and gunicorn's own handlers would show the address whole, beside ours."""
    variables = os.environ | {"DEBUG": debug, "DJANGO_SETTINGS_MODULE": "tracker_portal.settings"}
    command = [sys.executable, "-c", LOGGED]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=True)
    assert "the-raw-token" not in done.stdout + done.stderr
    assert done.stderr.count("/invitation/…/") == 5


def test_token_is_long_random_and_kept_as_a_digest() -> None:
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert tokens.BYTES * 8 >= 128
    assert all(token not in tokens.digest(token) for token in made)
