"""The lifecycle's mails: each in each situation, complete, exact, and true when it is sent."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from orgs.lifecycle import notices, sweep
from orgs.lifecycle.models import NoticeKind
from orgs.mail import outbox, wording
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.lifecycle.companies import DAY, due_company, fill, mails, read_only

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 1, 12, 0, tzinfo=dt.UTC)
SUBJECT_LENGTH = 60

NOBODY = {"full_seats": 0}
FREE = {"full_seats": 1}
UNPAID = {"full_seats": 47, "payer_ready": False}
PAID = {"full_seats": 47, "payer_ready": True}
IN_DEBT = {"full_seats": 47, "payer_ready": True, "debt_due_at": NOW - DAY}
TRIAL = {"state": State.TRIAL, "trial_ends_at": NOW + 3 * DAY, "retention_ends_at": None}
STOPPED = {"state": State.READ_ONLY, "trial_ends_at": NOW - 16 * DAY, "retention_ends_at": NOW + 14 * DAY}
OFF = STOPPED | {"state": State.DEACTIVATED, "deactivated_at": NOW - 16 * DAY}
OVERDUE = STOPPED | {"retention_ends_at": NOW - DAY}
ACTIVE = {"state": State.ACTIVE, "trial_ends_at": NOW - 90 * DAY, "retention_ends_at": None}

# (kind, the company's row, subject, what the text must say)
SITUATIONS: dict[str, tuple[NoticeKind, dict[str, Any], str, list[str]]] = {
    "trial, nobody": (
        NoticeKind.TRIAL_END,
        TRIAL | NOBODY,
        "Tracker becomes Read only in 3 days",
        ["4 Oct 2026, 14:00 Europe/Berlin (UTC+2)", "deleted on 3 Nov 2026, 13:00 Europe/Berlin (UTC+1)", "Nobody yet"],
    ),
    "trial, unpaid": (
        NoticeKind.TRIAL_END,
        TRIAL | UNPAID,
        "Tracker becomes Read only in 3 days",
        ["47 people", "Enter the payment details.", "1 issue, 1 comment, 1 queue"],
    ),
    "trial, subscribed": (
        NoticeKind.TRIAL_END,
        TRIAL | PAID,
        "Tracker: the free trial ends in 3 days",
        ["Nothing stops", "47 people"],
    ),
    "trial, last day": (
        NoticeKind.TRIAL_END,
        TRIAL | FREE | {"trial_ends_at": NOW + dt.timedelta(hours=2)},
        "Tracker: the free trial ends in 1 day",
        ["1 person"],
    ),
    "debt": (
        NoticeKind.DEBT,
        ACTIVE | PAID | {"debt_due_at": NOW + 14 * DAY},
        "Tracker becomes Read only in 14 days",
        ["below zero", "15 Oct 2026, 14:00 Europe/Berlin (UTC+2)", "deleted on 14 Nov 2026, 13:00"],
    ),
    "deletion, nobody": (
        NoticeKind.DELETION,
        STOPPED | NOBODY,
        "All Tracker data is deleted in 14 days",
        ["15 Oct 2026, 14:00 Europe/Berlin (UTC+2)", "since 15 Sep 2026, 14:00", "Give Full access to at least one"],
    ),
    "deletion, unpaid": (
        NoticeKind.DELETION,
        STOPPED | UNPAID,
        "All Tracker data is deleted in 14 days",
        ["payment details"],
    ),
    "deletion, debt": (
        NoticeKind.DELETION,
        STOPPED | IN_DEBT,
        "All Tracker data is deleted in 14 days",
        ["Bring the balance"],
    ),
    "deletion, off": (
        NoticeKind.DELETION,
        OFF | PAID,
        "All Tracker data is deleted in 14 days",
        ["switched off", "Activate Tracker again."],
    ),
    "deletion, never warned before": (
        NoticeKind.DELETION,
        OVERDUE | NOBODY,
        "All Tracker data is deleted in 3 days",
        ["Data is deleted on: 4 Oct 2026, 14:00 Europe/Berlin (UTC+2)"],
    ),
}


@pytest.fixture
def company() -> Organization:
    org = make_company("Blue & <Green> {{ Foods }}")
    fill(org, issues=1)
    return org


def put(org: Organization, columns: dict[str, Any]) -> Organization:
    Organization.objects.filter(pk=org.pk).update(**columns)
    return Organization.objects.get(pk=org.pk)


def letter_of(org: Organization, kind: NoticeKind) -> outbox.Letter:
    """As the drainer would send it at NOW."""
    with company_scope(org.pk):
        [notice] = notices.due(org, NOW)
        assert notice.kind == kind
        return notices.compose(org, notice, now=NOW)


def assert_complete(org: Organization, letter: outbox.Letter) -> None:
    """No placeholder is left, the name is escaped where it must be, and there is a way back."""
    assert 10 < len(letter.subject.strip()) <= SUBJECT_LENGTH
    url = f"http://testserver/o/{org.slug}/tracker/settings/"
    for part in (letter.text, letter.html):
        rest = part.replace(org.name, "").replace("Blue &amp; &lt;Green&gt; {{ Foods }}", "")
        assert not re.search(r"\{\{|\{%|%\(|None|Nothing to|%s|&amp;amp;", rest)
        assert url in part
        assert "because you are an administrator" in part
    assert org.name in letter.text
    assert "<Green>" not in letter.html
    assert not re.search(r"<(p|td|b|table)\b", letter.text)
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_notice_says_what_happens_when_and_how_to_avoid_it(company: Organization, situation: str) -> None:
    kind, columns, subject, said = SITUATIONS[situation]
    org = put(company, columns)
    letter = letter_of(org, kind)
    assert letter.subject.strip() == subject
    assert_complete(org, letter)
    for words in said:
        assert words in letter.text
        assert words.removeprefix("Data is deleted on: ") in re.sub(r"\s+", " ", re.sub(r"</?b>", "", letter.html))


def test_every_kind_is_drawn() -> None:
    assert {kind for kind, *_ in SITUATIONS.values()} == set(NoticeKind)


def test_certificate_says_what_was_deleted(company: Organization) -> None:
    org = put(due_company(name=company.name), {"time_zone": "America/St_Johns"})
    fill(org, issues=2)
    list(sweep.run(database_now))
    [mail] = mails(org, "deletion:")
    letter = outbox.open_letter(mail)
    assert mail.subject == "All Tracker data was deleted"
    assert_complete(org, letter)
    for words in ("2 issues, 2 comments, 1 queue", "DEL-", "America/St_Johns (UTC-3:30)", "mails about issues: 6"):
        assert words in letter.text
    assert "secret" not in letter.text + letter.html


def test_counts_in_thousands_and_none_have_their_words(company: Organization) -> None:
    org = put(read_only(days_left=6), {})
    with company_scope(org.pk):
        [notice] = notices.due(org, database_now())
        letter = notices.compose(org, notice, now=database_now())
    assert "0 issues, 0 comments, 0 queues" in letter.text


# --- instants -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("zone", "at", "text"),
    [
        ("Europe/Berlin", dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), "25 Oct 2026, 02:30 Europe/Berlin (UTC+2)"),
        ("Europe/Berlin", dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC), "25 Oct 2026, 02:30 Europe/Berlin (UTC+1)"),
        (
            "Asia/Kathmandu",
            dt.datetime(2028, 2, 29, 18, 14, 59, tzinfo=dt.UTC),
            "29 Feb 2028, 23:59 Asia/Kathmandu (UTC+5:45)",
        ),
        ("UTC", dt.datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC), "31 Dec 2026, 23:59 UTC"),
    ],
)
def test_instant_is_shown_in_the_companys_zone_to_the_minute(zone: str, at: dt.datetime, text: str) -> None:
    with wording.spoken(Organization(time_zone=zone)):
        assert wording.instant(at) == text
