"""Full-text search: stems of two languages, beginnings of words, tags, keys."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from issues.issue import writing
from issues.issue.models import Issue
from issues.listing.filters import Filters, narrow
from issues.queues.models import Queue
from issues.search import full_text
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.database import as_owner, undone

TEXTS = {
    "Emergency stop takes 180 ms": "The debounce filters were raised in 4.1.5 of controller_main.",
    "Калибровка захвата": "После перезапусков роботы теряют калибровки. Ёлка.",
    "Vision: false positives on reflective packaging": "",
    "Arm-v2 stops": "see https://example.com/a/b",
}


@pytest.fixture
def issues(queue: Queue, member: Membership, now: dt.datetime) -> None:
    with company_scope(queue.org_id):
        for summary, text in TEXTS.items():
            tags = ["Line 3", "arm-v2"] if summary.startswith("Vision") else []
            writing.create_issue(queue=queue, actor=member, now=now, summary=summary, description=text, tags=tags)


def found(member: Membership, **asked: str) -> list[str]:
    values = dict.fromkeys(("tab", "queue", "q", "status", "assignee", "priority", "tag"), "") | asked
    with company_scope(member.org_id):
        rows = narrow(Issue.objects.of(member.org_id), Filters(**values), member)
        return list(rows.order_by("number").values_list("key", flat=True))


SEARCHES = [
    ("filter", ["ROB-1"]),  # stems: filters
    ("raise debounces", ["ROB-1"]),
    ("raise elephants", []),  # all words must occur
    ("STOPPING", ["ROB-1", "ROB-4"]),
    ("калибровкой", ["ROB-2"]),
    ("робот перезапуск", ["ROB-2"]),
    ("packa", ["ROB-3"]),  # a beginning
    ("reflectiv", ["ROB-3"]),  # longer than the stem, shorter than the word
    ("кали", ["ROB-2"]),
    ("filters the", ["ROB-1"]),  # the dictionary leaves "the" out
    ("the", []),
    ("4.1.5", ["ROB-1"]),
    ("arm-v2", ["ROB-4"]),
    ("rob 2", ["ROB-2"]),
    ("180", ["ROB-1"]),
    ("elephant", []),
    ("", ["ROB-1", "ROB-2", "ROB-3", "ROB-4"]),
]
ODD = ["'", "\\", "a'b\\ & | ! ( ) : * <->", ":*", "!!", "😀", "&", "a" * 200, "' | 'x", "-", "\t"]


def test_search_finds(issues: None, member: Membership, subtests: pytest.Subtests) -> None:
    for typed, keys in SEARCHES:
        with subtests.test(typed):
            assert found(member, q=typed) == keys


def test_nothing_that_is_typed_breaks_the_search(issues: None, member: Membership, subtests: pytest.Subtests) -> None:
    for typed in ODD:
        with subtests.test(typed), undone():
            found(member, q=typed)
            found(member, tag=typed.strip() or "x")


def test_tag_is_found_exactly(issues: None, member: Membership) -> None:
    assert found(member, tag="arm-v2") == ["ROB-3"]
    assert found(member, tag="Line 3") == ["ROB-3"]
    assert found(member, tag="Line") == []
    assert found(member, tag="stop") == []  # a word of a title is no tag


def test_assignee_is_found_by_name_address_and_word(
    issues: None, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    with company_scope(member.org_id):
        first = Issue.objects.get(key="ROB-1")
        writing.assign(issue=first, assignee=viewer, actor=member, now=now)
    assert found(member, assignee=viewer.name) == ["ROB-1"]
    assert found(member, assignee=viewer.user.email.upper()) == ["ROB-1"]
    assert found(viewer, assignee="me") == ["ROB-1"]
    assert found(member, assignee="nobody") == ["ROB-2", "ROB-3", "ROB-4"]
    assert found(member, assignee="zzz") == []


def test_index_serves_search_and_tags_under_row_security(queue: Queue, member: Membership, now: dt.datetime) -> None:
    rows = [
        Issue(org_id=queue.org_id, queue=queue, number=n, key=f"ROB-{n}", summary=f"word{n}", author=member,
              created_at=now, updated_at=now)
        for n in range(3_000)
    ]  # fmt: skip
    with company_scope(queue.org_id):
        Issue.objects.bulk_create(rows)
    with as_owner(), connection.cursor() as cursor:
        # what other tests wrote and took back still waits in the index, and would make it look dear
        cursor.execute("SELECT gin_clean_pending_list('issues_issue_search'::regclass)")
        cursor.execute("ANALYZE issues_issue")
    with company_scope(queue.org_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the table is small
        for rows in (
            Issue.objects.of(member.org_id).filter(search=full_text.Lexeme("'word7'")),
            Issue.objects.of(member.org_id).filter(search=full_text.tagged("x"), tags__contains=["x"]),
        ):
            plan = rows.explain()
            assert "issues_issue_search" in plan
            condition = plan.split("Index Cond:")[1]
            assert "@@" in condition
            assert "org_id" in condition
