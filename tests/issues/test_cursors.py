"""Cursors of lists: what is none, and what belongs to another list, is a bad request."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from tests.issues.lists import fill, link

Url = Callable[[str], str]
DEEP: list[object] = []
for _ in range(900):
    DEEP = [DEEP]
AT = "2026-01-01T00:00:00+00:00"
# What stands in a cursor instead of one of its values, or of all of them.
CRAFTED = [
    2**63,
    -(2**70),
    10**400,
    "\0",
    "a\0b",
    "\ud800",
    1.5,
    None,
    True,
    [1],
    {"a": 1},
    DEEP,
]
TEXTS = [
    "",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "x" * 10_000,
    "2026-01-01",
    "2026-01-01T00:00:00",
]  # fit where a list is ordered by text


@pytest.fixture
def client(login: Callable[[Membership], Client], member: Membership) -> Client:
    return login(member)


def shapes(crafted: object) -> list[object]:
    """Cursors of one, two and three values with the crafted one among them, and it alone."""
    pairs = [[crafted, 1], ["a", crafted], [AT, crafted]]
    triples = [[crafted, AT, 1], [1, crafted, 1], [1, AT, crafted]]
    return [crafted, [crafted], *pairs, *triples, [crafted] * 4]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("issues/", [*CRAFTED, *TEXTS]),
        ("issues/?tab=all&q=gripper", [*CRAFTED, *TEXTS]),
        ("issues/ROB-1/", [*CRAFTED, *TEXTS]),
        ("queues/", CRAFTED),
        ("people/", CRAFTED),
    ],
)
@pytest.mark.parametrize("turns", [5, pytest.param(1, marks=pytest.mark.soak)], ids=["one of five", "everything"])
def test_crafted_cursor_is_a_bad_request(
    turns: int, path: str, wrong: list[object], client: Client, url: Url, issue: Issue
) -> None:
    """Of nine shapes of each crafted value in two directions one of five, another one with each value."""
    texts = [json.dumps(values) for crafted in wrong for values in shapes(crafted)]
    cursors = [base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in texts]
    address, _, query = url(path).partition("?")
    tried = [(cursor, direction) for cursor in cursors for direction in ("after", "before")]
    for cursor, direction in tried[len(path) % turns :: turns]:
        answer = client.get(address, QueryDict(query).dict() | {direction: cursor})
        assert answer.status_code == 400, (cursor, base64.urlsafe_b64decode(cursor + "==")[:60])


@pytest.mark.parametrize("cursor", ["zzz", "W10", "!", "%", "\u0434", "\0", "W" * 5000, "e30", "bnVsbA", "WzFd" * 3])
def test_cursor_that_is_none_is_a_bad_request(cursor: str, client: Client, url: Url, issue: Issue) -> None:
    for direction in ("after", "before"):
        assert client.get(url("issues/"), {direction: cursor}).status_code == 400


def test_cursor_of_another_list_is_a_bad_request(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    fill(queue, member, 60, now=now)
    cursor = link(client.get(url("issues/?tab=all")).content.decode(), "next").partition("after=")[2]
    assert client.get(url(f"issues/?after={cursor}")).status_code == 200  # control: here it is a page
    for path in ("issues/ROB-1/", "queues/", "people/"):
        assert client.get(url(f"{path}?after={cursor}")).status_code == 400, path
