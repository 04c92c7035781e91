"""Tokens that let somebody in: what a log shows of them."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from orgs import tokens
from tracker_portal.middleware import TokenFilter


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)


@pytest.mark.parametrize("path", ["/invitation/{}/", "/invitation/{}/accept/", "/join/{}/account/", "/login/reset/{}/"])
def test_log_shows_the_address_without_its_token(path: str) -> None:
    token = tokens.make()
    line = record("%s: %s", "Gone", path.format(token))
    assert TokenFilter().filter(line)
    assert line.getMessage() == f"Gone: {path.format('…')}"


def test_other_lines_stay_as_they_are() -> None:
    line = record("%s: %s", "Not Found", "/o/northwind/issues/")
    assert TokenFilter().filter(line)
    assert line.getMessage() == "Not Found: /o/northwind/issues/"
    assert line.args


def test_every_handler_takes_tokens_out() -> None:
    handlers = settings.LOGGING["handlers"]
    assert handlers
    assert all("tokens" in handler["filters"] for handler in handlers.values())


def test_token_is_long_random_and_kept_as_a_digest() -> None:
    made = {tokens.make() for _ in range(100)}
    assert len(made) == 100
    assert tokens.BYTES * 8 >= 128
    assert all(token not in tokens.digest(token) for token in made)
