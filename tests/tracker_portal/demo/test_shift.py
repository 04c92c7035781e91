"""`manage.py demo --shift`: a company grows older, all of it, and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from orgs.audit import audit
from orgs.lifecycle import data_deletion, notices
from orgs.lifecycle.models import Notice, NoticeKind
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import make_company
from tests.orgs.lifecycle.companies import DAY, due_company, events, fill, mails, run_jobs
from tests.orgs.lifecycle.conftest import eager
from tracker_portal.demo import shifting
from tracker_portal.demo.shifting import parse

__all__ = ["eager"]

pytestmark = pytest.mark.django_db
Instants = dict[tuple[str, str, int], dt.datetime]


def demo(*args: Any) -> list[str]:
    output = StringIO()
    call_command("demo", *args, yes=True, stdout=output)
    return output.getvalue().splitlines()


def instants(org: Organization) -> Instants:
    """(table, column, row) of every instant of a company, found without the product's models."""
    owned = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'org_id'"
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            f" AND data_type = 'timestamp with time zone' AND (table_name IN ({owned}) OR table_name = 'orgs_organization')"
        )
        found: Instants = {}
        for table, column in cursor.fetchall():
            key = "id" if table == "orgs_organization" else "org_id"
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE {key} = %s AND {column} IS NOT NULL", [org.pk])
            found |= {(table, column, row): at for row, at in cursor.fetchall()}
    return found


def with_a_past() -> Organization:
    """A company with issues, notices, a deletion and a new beginning."""
    org = due_company()
    fill(org)
    claimed = data_deletion.claim(org.pk, now=database_now())
    assert claimed is not None
    data_deletion.purge_all(claimed.pk, org_id=org.pk, clock=database_now)
    fill(org)
    now = database_now()
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=now, debt_due_at=now + DAY, deactivated_at=now)
    Membership.objects.filter(org=org).update(last_active_at=now)
    return org


def assert_all_but_the_trail_is_older(org: Organization, *, by: dt.timedelta) -> None:
    before = instants(org)
    demo("--shift", "31d", org.slug)
    after = instants(org)
    moved = {key: before[key] - after[key] for key in before}
    assert {table for table, _, _ in moved} > {"orgs_organization", "orgs_notice", "orgs_deletion", "issues_issue"}
    assert {key[0] for key, time in moved.items() if not time} == {"orgs_auditevent"}
    assert {time for time in moved.values() if time} == {by}


def test_every_instant_of_the_company_moves_but_those_of_the_audit_trail() -> None:
    org = with_a_past()
    assert_all_but_the_trail_is_older(org, by=31 * DAY)
    with company_scope(org.pk):
        assert audit.broken_at(org) is None
    assert events(org)[-1] == "demo.shift"


def test_control_a_forgotten_table_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    org, may = with_a_past(), shifting._may_be_changed
    monkeypatch.setattr(shifting, "_may_be_changed", lambda model: model is not Notice and may(model))
    with pytest.raises(AssertionError):
        assert_all_but_the_trail_is_older(org, by=31 * DAY)


def test_other_companies_stay_as_they_are() -> None:
    org, other = with_a_past(), make_company("Southwind")
    before = instants(other)
    demo("--shift", "31d", org.slug)
    assert instants(other) == before


def notices_a_month_apart(org: Organization) -> None:
    now = database_now()
    with company_scope(org.pk):
        for months in (0, 1, 2):
            what = {"kind": NoticeKind.DEBT, "deadline": now - months * 31 * DAY, "days": 7}
            Notice.objects.create(org=org, posted_at=now, **what)


def test_instant_may_come_to_where_another_one_was() -> None:
    org = make_company()
    notices_a_month_apart(org)
    demo("--shift", "31d", org.slug)
    with company_scope(org.pk):
        assert Notice.objects.count() == 3


def test_control_in_one_step_it_would_meet_the_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    org = make_company()
    notices_a_month_apart(org)
    monkeypatch.setattr(shifting, "FAR", 0 * DAY)
    with pytest.raises(Exception, match="orgs_notice_once"):
        demo("--shift", "31d", org.slug)


# --- what follows ------------------------------------------------------------------------------------------
def test_passed_deadline_counts_before_any_job_and_the_command_says_what_is_due(
    login: Callable[..., Client],
) -> None:
    org = make_company(age_days=0)
    fill(org)
    client, issue = login(org.memberships.get()), f"/o/{org.slug}/issues/ROB-1/"
    ended_at = (org.trial_ends_at - 31 * DAY).isoformat(timespec="seconds")
    assert demo("--shift", "31d", org.slug) == [
        "northwind-robotics: 31d have passed.",
        f"northwind-robotics: trial -> read_only as of {ended_at}, because nobody has full access",
        "Beat does this within five minutes, `manage.py lifecycle` at once.",
    ]
    assert client.get(issue).status_code == 200
    assert client.post(f"{issue}comments/", {"text": "Too late"}).status_code == 403
    org.refresh_from_db()
    assert org.state == State.TRIAL


def test_beat_does_the_rest(eager: None) -> None:
    org = make_company(age_days=0)
    fill(org)
    demo("--shift", "31d", org.slug)
    run_jobs()
    demo("--shift", "23d", org.slug)
    run_jobs()
    [warning] = mails(org, "notice:")
    assert warning.subject == "All Tracker data is deleted in 6 days"
    with platform_scope():
        notices.note_accepted(warning, now=database_now())
    assert demo("--shift", "6d", org.slug)[1].endswith("would be claimed")
    run_jobs()
    org.refresh_from_db()
    assert org.state == State.DELETED


def test_nothing_may_be_due() -> None:
    org = make_company(age_days=0)
    assert demo("--shift", "1h", org.slug) == ["northwind-robotics: 1h have passed.", "Nothing is due."]


# --- what is refused ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("31d", 31 * DAY),
        ("12h", DAY / 2),
        ("90m", dt.timedelta(minutes=90)),
        ("1d6h30m10s", dt.timedelta(days=1, hours=6, minutes=30, seconds=10)),
        ("3650d", 3650 * DAY),
    ],
)
def test_span_is_read(text: str, span: dt.timedelta) -> None:
    assert parse(text) == span


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--shift=-31d", "northwind-robotics"], "'-31d' is negative: time passes, it does not come back"),
        (["--shift", "31", "northwind-robotics"], "'31' is no span of time. Write one like 31d, 12h or 1d6h30m"),
        (["--shift", "a month", "northwind-robotics"], "is no span of time"),
        (["--shift", "6h1d", "northwind-robotics"], "is no span of time"),
        (["--shift", "٣d", "northwind-robotics"], "is no span of time"),
        (["--shift", "0d", "northwind-robotics"], "is no span of time"),
        (["--shift", "", "northwind-robotics"], "is no span of time"),
        (["--shift", "3651d", "northwind-robotics"], "is too long: at most 3650d"),
        (["--shift", f"{'9' * 30}d", "northwind-robotics"], "is too long"),
        (["--shift", f"{'9' * 5000}d", "northwind-robotics"], "is too long"),
        (["--shift", "31d", "southwind"], "There is no company 'southwind'"),
        (["--shift", "31d"], "--shift needs a span and a company"),
        (["northwind-robotics"], "--shift needs a span and a company"),
        (["--if-empty", "--shift", "31d", "northwind-robotics"], "not allowed with argument"),
        (["--if-empty", "northwind-robotics"], "--shift needs a span and a company"),
    ],
)
def test_what_is_no_shift_is_refused_and_nothing_moves(args: list[str], message: str) -> None:
    org = make_company()
    before = instants(org)
    with pytest.raises(CommandError, match=message):
        demo(*args)
    assert instants(org) == before


@pytest.mark.parametrize("args", [["--shift", "31d", "northwind-robotics"], [], ["--if-empty"]])
def test_outside_development_it_refuses_and_says_why(args: list[str], settings: Any) -> None:
    org = make_company()
    before = instants(org)
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="This is for development: it replaces what is in the database, or makes"):
        demo(*args)
    assert instants(org) == before
