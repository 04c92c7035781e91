"""What nobody should send, and whether the answer to it is one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

FINE = {200, 302, 400, 403, 404, 405, 409, 410, 413}
# What a parameter or a field may hold.
WORDS = {
    "nothing": "",
    "NUL": "a\0b",
    "long": "x" * 4_000,
    "negative": "-1",
    "huge": "9" * 30,
    "digits beyond int": "9" * 5_000,
    "other digits": "١٢٣",
    "no date": "2026-02-31",
    "markup": "<script>alert(1)</script>",
    "operators": "& | ! ( : * ' \" \\ %",
    "surrogate": "\ud800",
}


def complaint(client: Client, method: str, url: str, **more: Any) -> str:
    """Empty when the answer is one of ours; what the request wrote is undone."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            response = client.generic(method, url, **more)
            transaction.set_rollback(True)
    except Exception as error:  # the test client raises what would be a 500
        return f"{type(error).__name__}: {str(error)[:120]}"
    finally:
        client.cookies = cookies
    return verdict(response)


def verdict(response: Any) -> str:
    if response.status_code not in FINE:
        return f"status {response.status_code}"
    text = response.content.decode(errors="replace")  # a PDF is no text
    if response.status_code >= 400 and 'class="top"' not in text and "entrance" not in text:
        return f"a bare page for status {response.status_code}: {text[:80]!r}"
    return "markup came through" if "<script>alert(1)" in text else ""


class NotedQuery(QueryDict):
    """A query or a body that notes the names it is asked for; whoever takes it as a whole asks for all of them."""

    asked: set[str] | None = None

    def note(self, *names: Any) -> None:
        if self.asked is not None:
            self.asked.update(map(str, names))

    def __getitem__(self, name: Any) -> Any:
        self.note(name)
        return super().__getitem__(name)

    def __contains__(self, name: Any) -> bool:
        self.note(name)
        return super().__contains__(name)

    def getlist(self, name: Any, default: Any = None) -> list[Any]:
        self.note(name)
        return super().getlist(name, default)

    def lists(self) -> Any:
        self.note(*self.keys())
        return super().lists()

    def __iter__(self) -> Iterator[Any]:
        self.note(*self.keys())
        return super().__iter__()


@contextmanager
def noted_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names that requests in here are asked for, parameters and fields: a page answers alike to all others."""
    names: set[str] = set()

    def make(*args: Any, **kwargs: Any) -> QueryDict:
        query = NotedQuery(*args, **kwargs)
        query.asked = names
        return query

    with monkeypatch.context() as patch:
        for module in ("django.core.handlers.wsgi", "django.http.request"):
            patch.setattr(f"{module}.QueryDict", make)
        yield names
