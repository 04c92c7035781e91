"""The certificate of a deletion: number, instants, rule and counts, and nothing of what was deleted."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.lifecycle import certificates, sweep
from orgs.lifecycle.data_deletion import claim, purge
from orgs.lifecycle.models import Deletion
from orgs.lists import paging
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import add_member, make_administrator
from tests.orgs.lifecycle.companies import due_company, fill
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import counted_queries, queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
DUE = dt.datetime(2027, 1, 4, 9, 12, tzinfo=dt.UTC)
COUNTS = {"orgs.mail": 40, "issues.issue": 1284, "issues.comment": 6902, "issues.queue": 9, "issues.change": 5}
HOUR = dt.timedelta(hours=1)


def add_deletion(org: Organization, *, due_at: dt.datetime = DUE, finished: bool = True) -> Deletion:
    with company_scope(org.pk):
        finished_at = due_at + 2 * HOUR if finished else None
        claimed_at = due_at + HOUR
        return Deletion.objects.create(
            org=org, due_at=due_at, claimed_at=claimed_at, finished_at=finished_at, counts=COUNTS
        )


def url(deletion: Deletion) -> str:
    return reverse("orgs:deletion", args=[deletion.org.slug, deletion.public_id])


def list_url(org: Organization) -> str:
    return reverse("orgs:deletion_list", args=[org.slug])


def settings_url(org: Organization) -> str:
    return reverse("tracker_portal:tracker_settings", args=[org.slug])


# --- the certificate --------------------------------------------------------------------------------------
def test_certificate_says_when_by_which_rule_and_how_much(org: Organization, owner: Membership, login: Login) -> None:
    deletion = add_deletion(org)
    page = main(login(owner).get(url(deletion)))
    assert f"Deletion report {deletion.number}" in page
    assert "30 days of 24 hours after the instant from which nobody could change issues" in page
    assert "Nobody could change issues since 5 Dec 2026, 10:12" in page
    assert "First warning accepted —" in page
    assert "Deletion was due 4 Jan 2027, 10:12" in page
    assert "Deletion began 4 Jan 2027, 11:12" in page
    assert "Deletion was complete 4 Jan 2027, 12:12" in page
    assert "All times are in Europe/Berlin." in page
    assert (
        "Queues 9 Issues 1,284 Comments 6,902 Changes of issues 5 Mails about issues 40 All together 8,240"
        " Employee accounts" in page
    )


def test_certificate_of_a_real_deletion_counts_what_went_and_holds_no_content(login: Login) -> None:
    org = due_company()
    expected = fill(org, issues=3)
    list(sweep.run(database_now))
    with company_scope(org.pk):
        deletion = Deletion.objects.certified(org).select_related("org").get()
        certificate = certificates.certificate_of(deletion)
    assert deletion.counts == expected
    assert deletion.total == deletion.deleted == sum(expected.values())
    assert certificate.warned_at is not None
    assert certificate.warned_at < deletion.claimed_at
    page = main(login(make_administrator(org)).get(url(deletion)))
    assert "Issues 3" in page
    assert "secret" not in page.lower()
    assert "ROB" not in page


def test_kinds_that_the_product_no_longer_has_keep_their_labels() -> None:
    counts = {"issues.gone": 1, "orgs.team": 2, "issues.issue": 3}
    assert certificates.named(counts) == [("Issues", 3), ("issues.gone", 1), ("Teams", 2)]


def test_deletion_that_is_not_finished_has_no_certificate(org: Organization, owner: Membership, login: Login) -> None:
    assert login(owner).get(url(add_deletion(org, finished=False))).status_code == 404


def test_other_companies_certificates_are_not_found(
    org: Organization, owner: Membership, outsider: Membership, login: Login
) -> None:
    own, foreign = add_deletion(org), add_deletion(outsider.org)
    assert login(owner).get(url(foreign)).status_code == 404
    assert login(owner).get(reverse("orgs:deletion", args=[org.slug, foreign.public_id])).status_code == 404
    assert login(outsider).get(url(own)).status_code == 404


def test_employees_are_refused(org: Organization, login: Login) -> None:
    employee = login(add_member(org))
    assert employee.get(url(add_deletion(org))).status_code == 403
    assert employee.get(list_url(org)).status_code == 403


# --- the ways to it ---------------------------------------------------------------------------------------
def test_settings_of_deleted_data_lead_to_the_certificate(org: Organization, owner: Membership, login: Login) -> None:
    deletion = add_deletion(org)
    Organization.objects.filter(pk=org.pk).update(state=State.DELETED, deleted_at=timezone.now())
    response = login(owner).get(settings_url(org))
    assert f"Report {deletion.number}." in main(response)
    assert url(deletion) in response.content.decode()
    employee = login(add_member(org)).get(settings_url(org))
    assert deletion.number not in main(employee)
    assert list_url(org) not in employee.content.decode()


def test_tracker_that_is_active_again_still_leads_to_its_reports(
    org: Organization, owner: Membership, member: Membership, login: Login
) -> None:
    assert list_url(org) not in login(owner).get(settings_url(org)).content.decode()
    Organization.objects.filter(pk=org.pk).update(deleted_at=timezone.now())
    assert list_url(org) in login(owner).get(settings_url(org)).content.decode()


def test_mail_leads_to_the_certificate(login: Login) -> None:
    org = due_company()
    list(sweep.run(database_now))
    with platform_scope():
        deletion = Deletion.objects.select_related("org").get(org=org)
        letters = [outbox.open_letter(mail) for mail in Mail.objects.filter(org=org, key__startswith="deletion:")]
    assert letters
    for letter in letters:
        assert f"http://testserver{url(deletion)}" in letter.text
        assert f"http://testserver{url(deletion)}" in letter.html
        assert f"{deletion.number}, http://" in letter.text


# --- the list ---------------------------------------------------------------------------------------------
def test_list_has_all_finished_deletions_the_latest_first(org: Organization, owner: Membership, login: Login) -> None:
    first, second = add_deletion(org), add_deletion(org, due_at=DUE + dt.timedelta(days=90))
    running = add_deletion(org, due_at=DUE + dt.timedelta(days=180), finished=False)
    page = main(login(owner).get(list_url(org)))
    assert page.index(second.number) < page.index(first.number)
    assert running.number not in page


def test_certificate_leads_to_the_list_when_it_is_one_of_several(
    org: Organization, owner: Membership, login: Login
) -> None:
    deletion, client = add_deletion(org), login(owner)
    assert list_url(org) not in client.get(url(deletion)).content.decode().partition("<h1>")[0].partition("<main")[2]
    add_deletion(org, due_at=DUE + dt.timedelta(days=90))
    assert list_url(org) in client.get(url(deletion)).content.decode()


def test_list_without_deletions_says_so(org: Organization, owner: Membership, login: Login) -> None:
    assert "Nothing was ever deleted here." in main(login(owner).get(list_url(org)))


def test_list_is_paged_and_its_queries_do_not_grow(org: Organization, owner: Membership, login: Login) -> None:
    client = login(owner)
    add_deletion(org)
    few = queries_of(client, list_url(org))
    for number in range(paging.SIZE):
        add_deletion(org, due_at=DUE + number * HOUR)
    assert queries_of(client, list_url(org)) == few
    response = client.get(list_url(org))
    assert len(response.context["page"].rows) == paging.SIZE
    following = client.get(list_url(org) + response.context["page"].next_url)
    assert len(following.context["page"].rows) == 1


def test_bad_cursor_is_a_bad_request(org: Organization, owner: Membership, login: Login) -> None:
    assert login(owner).get(list_url(org) + "?after=nonsense").status_code == 400


# --- a deletion that runs ---------------------------------------------------------------------------------
def running(org: Organization, *, total: int | None, counts: dict[str, int]) -> None:
    Organization.objects.filter(pk=org.pk).update(state=State.DELETING)
    with company_scope(org.pk):
        Deletion.objects.create(org=org, due_at=DUE, claimed_at=DUE, total=total, counts=counts)


@pytest.mark.parametrize(
    ("total", "counts", "said"),
    [
        (200, {"issues.issue": 100, "issues.comment": 23}, "61% · started 4 Jan 2027, 10:12 Europe/Berlin"),
        (200, {}, "0% · started"),
        (200, {"issues.issue": 200}, "99% · started"),
        (200, {"issues.issue": 201}, "99% · started"),
        (None, {"issues.issue": 1284}, "1,284 rows deleted so far · started"),
        (0, {}, "0 rows deleted so far · started"),
    ],
)
def test_progress_is_told_as_far_as_it_is_known(
    *, org: Organization, owner: Membership, login: Login, total: int | None, counts: dict[str, int], said: str
) -> None:
    running(org, total=total, counts=counts)
    assert f"Deleting data {said}" in main(login(owner).get(settings_url(org)))


def test_purge_counts_first_what_it_deletes(login: Login) -> None:
    org = due_company()
    expected = fill(org, issues=3)
    claimed = claim(org.pk, now=database_now())
    assert claimed is not None
    page = functools.partial(login(make_administrator(org)).get, settings_url(org))
    assert "0 rows deleted so far · started" in main(page())
    shown = []
    while not purge(claimed.pk, org_id=org.pk, now=database_now()):
        with company_scope(org.pk):
            deletion = Deletion.objects.get(pk=claimed.pk)
        assert deletion.total == sum(expected.values())
        shown.append(deletion.percent)
        assert f"{deletion.percent}% · started" in main(page())
    assert shown == sorted(shown)
    assert len(set(shown)) == len(expected)
    with company_scope(org.pk):
        assert Deletion.objects.get(pk=claimed.pk).percent == 100


@pytest.mark.django_db
def test_claim_for_which_others_wait_reads_no_issues() -> None:
    org = due_company()
    fill(org, issues=3)
    with counted_queries() as queries:
        assert claim(org.pk, now=database_now()) is not None
    assert [sql for sql in queries if "orgs_brake" in sql]
    assert [sql for sql in queries if '"issues_' in sql or "orgs_mail" in sql] == []


def test_page_asks_again_while_data_is_being_deleted_and_only_then(
    org: Organization, owner: Membership, login: Login
) -> None:
    marks = ('<noscript><meta http-equiv="refresh"', "data-refresh")  # htmx itself may be there for the calculator
    html = login(owner).get(settings_url(org)).content.decode()
    assert not any(mark in html for mark in marks)
    running(org, total=7, counts={})
    html = login(owner).get(settings_url(org)).content.decode()
    assert all(mark in re.sub(r">\s+<", "><", html) for mark in (*marks, "htmx-2"))
