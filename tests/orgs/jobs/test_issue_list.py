"""`Export` of the issue list: what the filters show, safe in a spreadsheet, for every reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from issues.issue import writing
from issues.listing.csv_export import AT_ONCE
from issues.queues import queues
from orgs.audit.models import AuditEvent
from orgs.jobs.models import Job, JobState
from orgs.lists import csv_export
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.archives import fill, fill_many
from tests.orgs.jobs.worker import run
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
Rows = list[dict[str, str]]


def url(org: Organization, query: str = "") -> str:
    return f"/o/{org.slug}/issues/export/{query}"


def rows(content: bytes) -> Rows:
    text = content.decode()
    assert text.startswith(csv_export.BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(csv_export.BOM))))


def jobs_of(org: Organization) -> list[Job]:
    with company_scope(org.pk):
        return list(Job.objects.filter(org=org))


def test_reader_exports_what_the_list_shows(
    login: Login, org: Organization, admin: Membership, member: Membership, viewer: Membership
) -> None:
    fill(org, member, admin)
    client = login(viewer)
    answer = client.post(url(org, "?tab=all"))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = {row["Key"]: row for row in rows(answer.content)}
    assert set(found) == {"ROB-1", "ROB-2", "ROB-3"}
    assert (found["ROB-1"]["Assignee address"], found["ROB-2"]["Resolution"]) == (admin.user.email, "Fixed")
    assert [row["Key"] for row in rows(client.post(url(org, "?tab=closed")).content)] == ["ROB-2"]
    assert {row["Key"] for row in rows(client.post(url(org)).content)} == {"ROB-1", "ROB-3"}
    assert rows(client.post(url(org, "?queue=LAB&tab=all")).content) == []
    assert rows(client.post(url(org, "?assignee=me")).content) == []
    assert jobs_of(org) == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(sign: str, login: Login, org: Organization, member: Membership) -> None:
    with company_scope(org.pk):
        queue = queues.create(org=org, key="ROB", name="Robotics", actor=member, now=database_now())
        evil = f"{sign}1+1|cmd"
        writing.create_issue(queue=queue, actor=member, now=database_now(), summary=evil, tags=[evil])
    row = rows(login(member).post(url(org)).content)[0]
    assert not [value for value in row.values() if value.startswith(csv_export.FORMULA[:-1])]
    assert csv_export.plain(row["Summary"]) == evil


def test_control_the_same_cell_unguarded_is_a_formula() -> None:
    assert csv_export.cell("=1+1") == "'=1+1"
    assert "=1+1".startswith(csv_export.FORMULA)
    assert [csv_export.plain(csv_export.cell(text)) for text in ("=1", "'a", "''=", "a", "")] == [
        "=1",
        "'a",
        "''=",
        "a",
        "",
    ]


def test_export_is_audited(login: Login, org: Organization, viewer: Membership) -> None:
    login(viewer).post(url(org))
    with company_scope(org.pk):
        event = AuditEvent.objects.latest("number")
    assert (event.action, event.actor_id, event.data) == ("issues.export", viewer.pk, {"issues": 0})


def test_long_list_becomes_the_members_own_job(
    login: Login, org: Organization, member: Membership, viewer: Membership
) -> None:
    fill_many(org, member, AT_ONCE + 1)
    client = login(viewer)
    page = client.post(url(org, "?queue=MANY")).headers["Location"]
    run()
    (job,) = jobs_of(org)
    assert (job.state, job.actor_id, job.done, job.total) == (JobState.DONE, viewer.pk, AT_ONCE + 1, AT_ONCE + 1)
    with default_storage.open(job.file) as file:
        found = [row["Key"] for row in rows(file.read())]
    assert found == [f"MANY-{number}" for number in range(1, AT_ONCE + 2)]
    answer = client.get(client.post(f"{page}download/").headers["Location"])
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="issues-')
    assert login(member).get(page).status_code == 404


def test_thousand_rows_come_at_once(login: Login, org: Organization, member: Membership) -> None:
    fill_many(org, member, AT_ONCE)
    assert len(rows(login(member).post(url(org)).content)) == AT_ONCE
    assert jobs_of(org) == []


def test_member_whose_tracker_is_off_gets_no_list(
    login: Login, org: Organization, member: Membership, viewer: Membership
) -> None:
    fill_many(org, member, AT_ONCE + 1)
    client = login(viewer)
    page = client.post(url(org)).headers["Location"]
    run()
    Organization.objects.filter(pk=org.pk).update(state=State.DEACTIVATED, retention_ends_at=database_now())
    assert client.post(f"{page}download/").status_code == 404
    assert client.post(url(org)).status_code == 403


@pytest.mark.parametrize("change", [{"blocked_at": True}, {"ended_at": True}])
def test_who_may_not_read_any_more_gets_no_further_rows(
    change: dict[str, object], login: Login, org: Organization, member: Membership, viewer: Membership
) -> None:
    fill_many(org, member, AT_ONCE + 1)
    login(viewer).post(url(org))
    run(seconds=0)
    Membership.objects.filter(pk=viewer.pk).update(**dict.fromkeys(change, database_now()))
    run()
    assert jobs_of(org)[0].state == JobState.FAILED


def test_bad_token_of_a_long_list_is_a_bad_request(login: Login, org: Organization, member: Membership) -> None:
    fill_many(org, member, AT_ONCE + 1)
    assert login(member).post(url(org), {"token": "x"}).status_code == 400


def test_export_asks_no_more_for_more_issues(
    login: Login, org: Organization, member: Membership, admin: Membership
) -> None:
    client = login(member)
    fill(org, member, admin)
    client.post(url(org))
    with counted_queries() as few:
        client.post(url(org))
    fill_many(org, member, 50)
    with counted_queries() as many:
        client.post(url(org))
    assert len(many) == len(few)


def test_list_page_offers_the_export_to_readers(login: Login, org: Organization, viewer: Membership) -> None:
    seen = login(viewer).get(f"/o/{org.slug}/issues/?tab=all&q=a%26b").content.decode()
    assert f'action="{url(org, "?tab=all&amp;q=a%26b")}"' in seen
