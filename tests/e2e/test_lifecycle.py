"""A company's Tracker from its trial to its deletion and a new beginning, as its owner sees it in a browser.

At first no job runs; then a real beat and a real worker do what is due. Time passes by `manage.py demo --shift`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from access.changes import save as grants
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from orgs.lifecycle import notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion
from orgs.lifecycle.rules import Facts
from orgs.tenancy.membership_models import Level, Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.e2e.shifting import let_pass
from tests.e2e.visitors import comment, create_issue, log_in, status_of, wait_for_mail
from tests.e2e.ways import ONE_WAY
from tests.factories import make_company
from tests.orgs.lifecycle.companies import events, rows_left
from tests.orgs.mail.processes import Portal, wait_until
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/o/lovelace-engines"
ISSUE, SETTINGS = f"{HOME}/issues/TREK-1/", f"{HOME}/tracker/settings/"


def write_facts(org: Organization, facts: Facts) -> None:
    """What billing and access write down."""
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=timezone.now(), **facts)
    org.refresh_from_db()


def wait_for_state(org: Organization, state: State) -> None:
    wait_until(lambda: Organization.objects.filter(pk=org.pk, state=state).exists())
    org.refresh_from_db()


def local(at: dt.datetime) -> dt.datetime:
    """As people of the company read it."""
    return at.astimezone(ZoneInfo("Europe/Berlin"))


# --- chapters ----------------------------------------------------------------------------------------------
def next_write_is_refused_while_reading_works(page: Page, org: Organization) -> None:
    page.get_by_label("Comment", exact=True).fill("Typed before the trial was over.")
    let_pass(org, "31d")
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.get_by_role("button", name="Comment", exact=True).click()
    assert answer.value.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("Not saved: you have Read only access")
    expect(page.get_by_text("Your text is kept.")).to_be_visible()
    expect(page.get_by_text("Typed before the trial was over.")).to_be_visible()

    for path in (ISSUE, f"{HOME}/issues/", f"{HOME}/queues/", SETTINGS):
        assert status_of(page, path) == 200
    page.goto(ISSUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bernoulli numbers come out wrong")
    expect(page.get_by_role("region", name="Read only mode")).to_be_visible()
    with platform_scope():
        assert not Comment.objects.exists()
    org.refresh_from_db()
    assert org.state == State.TRIAL, "no job has run"


def state_follows_mails_arrive_and_the_ruler_agrees(page: Page, org: Organization, sink: Sink) -> None:
    wait_for_state(org, State.READ_ONLY)
    assert org.retention_ends_at == org.trial_ends_at + dt.timedelta(days=30), "not from when the job ran"
    let_pass(org, "16d")
    mail = wait_for_mail(sink, "All Tracker data is deleted in 13 days")
    deletion_at = local(org.retention_ends_at)
    shown = f"{deletion_at.day} {deletion_at:%b %Y}, {deletion_at:%H:%M}"
    assert f"{shown} Europe/Berlin" in mail.text

    page.goto(SETTINGS)
    expect(page.get_by_role("heading", name="13 days until all data is deleted")).to_be_visible()
    expect(page.get_by_role("banner").get_by_text("Read only")).to_be_visible()
    ruler = page.get_by_role("img", name=f"data deleted on {deletion_at.day} {deletion_at:%B %Y}")
    expect(ruler).to_have_accessible_name(re.compile(r"Today is day 48 of 60\.$"))
    expect(page.get_by_text(f"Data is deleted {shown} Europe/Berlin")).to_be_visible()


def payment_brings_it_back_at_once(page: Page, org: Organization) -> None:
    ends_at = org.retention_ends_at
    write_facts(org, {"debt_due_at": timezone.now() - dt.timedelta(hours=1)})
    owner = org.memberships.get(role=Role.OWNER)
    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=timezone.now())
    page.goto(SETTINGS)
    expect(page.get_by_role("main")).to_contain_text("A payment is due.")
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.READ_ONLY, ends_at)

    write_facts(org, {"debt_due_at": None, "payer_ready": True})
    assert (org.state, org.retention_ends_at) == (State.ACTIVE, None)
    page.goto(ISSUE)
    comment(page)
    page.goto(SETTINGS)
    expect(page.get_by_role("heading", name="Tracker is active")).to_be_visible()


def data_is_deleted_after_a_warning(page: Page, org: Organization, sink: Sink) -> None:
    write_facts(org, {"debt_due_at": timezone.now()})
    assert org.state == State.READ_ONLY
    let_pass(org, "24d")
    wait_for_mail(sink, "All Tracker data is deleted in 6 days")
    with company_scope(org.pk):
        wait_until(lambda: notices.accepted_at(org, org.retention_ends_at))
    assert status_of(page, ISSUE) == 200

    let_pass(org, "7d")
    wait_for_state(org, State.DELETED)
    assert status_of(page, ISSUE) == 410
    expect(page.get_by_role("heading", level=1)).to_have_text("Tracker’s data was deleted")
    assert status_of(page, f"{HOME}/issues/") == 410
    assert rows_left(org) == 0


def certificate_says_what_was_deleted(page: Page, org: Organization, sink: Sink) -> None:
    mail = wait_for_mail(sink, "All Tracker data was deleted")
    with company_scope(org.pk):
        deletion = Deletion.objects.get()
    assert deletion.number in mail.text
    assert "1 issue, 1 comment, 1 queue" in mail.text
    page.goto(SETTINGS)
    on = local(org.deleted_at)
    expect(page.get_by_role("heading", name=f"Data was deleted on {on.day} {on:%b %Y}")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(deletion.number)
    for name in ("Issues", "Comments", "Queues"):
        expect(page.locator(".counts > div").filter(has_text=name)).to_contain_text("1")


def it_is_activated_anew_and_empty(page: Page, org: Organization) -> None:
    page.get_by_role("main").get_by_role("button", name="Activate").click()
    expect(page.get_by_text("The free trial is over.").first).to_be_visible()
    write_facts(org, {"debt_due_at": None})
    assert org.state == State.DELETED, "nothing but an administrator revives it"

    page.goto(SETTINGS)
    page.get_by_role("main").get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Tracker is active.").first).to_be_visible()
    assert status_of(page, ISSUE) == 404
    create_issue(page)  # with the key of the queue that is gone
    assert page.url.endswith(ISSUE)
    org.refresh_from_db()
    assert org.state == State.ACTIVE
    assert org.trial_ends_at < timezone.now(), "there is no second trial"
    with platform_scope():
        assert (Issue.objects.count(), Comment.objects.count()) == (1, 0)


@ONE_WAY
def test_tracker_lives_from_its_trial_to_its_deletion_and_begins_anew(
    open_page: Callable[..., Page], portal: Portal, smtp_sink: Sink, viewport: dict[str, int], javascript: bool
) -> None:
    org = make_company("Lovelace Engines", age_days=0)
    page = open_page(viewport=viewport, javascript=javascript)
    log_in(page, org.memberships.get().user)
    create_issue(page)
    next_write_is_refused_while_reading_works(page, org)

    portal.beat()
    portal.worker()
    state_follows_mails_arrive_and_the_ruler_agrees(page, org, smtp_sink)
    payment_brings_it_back_at_once(page, org)
    data_is_deleted_after_a_warning(page, org, smtp_sink)
    certificate_says_what_was_deleted(page, org, smtp_sink)
    it_is_activated_anew_and_empty(page, org)
    moves = [event.removeprefix("tracker.") for event in events(org) if event.startswith("tracker.")]
    assert moves == "activate trial_end resume stop deletion_claim deletion_finish activate".split()
