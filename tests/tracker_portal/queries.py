"""What a page asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

MARKS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# The wall asks for the scope around it, and goes back to it, only inside another transaction: here that of the test.
OF_THE_TEST = (
    "SELECT current_setting('role')",
    "SELECT set_config('app.org_id', '', true), set_config('role', 'none', true)",
)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that reach the database inside, without those that only mark a transaction."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured if not query["sql"].startswith((*MARKS, *OF_THE_TEST))]


def queries_of(client: Client, url: str) -> int:
    """How many statements a page takes for somebody who has been here a moment ago."""
    client.get(url)
    with counted_queries() as found:
        assert client.get(url).status_code == 200
    return len(found)
