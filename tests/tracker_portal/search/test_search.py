"""`Search or jump to…`: one page finds issues, people, queues and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.wall import refusal_page, rules
from issues.issue.models import Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.guards.rows import make_row
from tests.guards.states import READ_ONLY, states
from tests.tracker_portal.pages import main, section, text
from tests.tracker_portal.queries import queries_of
from tracker_portal.search import destinations as search_pages
from tracker_portal.search.views import LIMIT
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
Ask = Callable[[Membership, str], Any]


@pytest.fixture
def robotics(org: Organization, member: Membership, now: dt.datetime) -> Queue:
    """The queue ROB with the issue ROB-1, and Robin Hood among the people."""
    add_member(org, user=UserFactory(first_name="Robin", last_name="Hood"))
    with company_scope(org.pk):
        queue = queues.create(org=org, key="ROB", name="Robotics", actor=member, now=now)
        add_issues(queue, 1)
    return queue


@pytest.fixture
def ask(org: Organization, login: Login) -> Ask:
    """What the page answers somebody who searches for the words."""
    return lambda who, words: login(who).get(reverse("tracker_portal:search", args=[org.slug]), {"q": words})


def add_issues(queue: Queue, count: int, *, first: int = 1) -> None:
    with company_scope(queue.org_id):
        for number in range(first, first + count):
            fields = {"number": number, "key": f"ROB-{number}", "summary": f"Robot {number} is slow"}
            make_row(Issue, queue.org, queue=queue, type="task", priority="normal", **fields)


def test_top_panel_leads_to_the_search(org: Organization, viewer: Membership, login: Login) -> None:
    form = login(viewer).get(f"/o/{org.slug}/").content.decode().partition("search-box--top")[2].partition("</form>")[0]
    assert f'action="/o/{org.slug}/search/"' in form
    assert 'method="get"' in form


def test_everything_is_found_in_groups(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    answer = ask(viewer, "rob")
    assert "ROB-1 Open. Robot 1 is slow" in section(answer, "found-issues")
    assert "Robin Hood" in section(answer, "found-people")
    assert "Robotics" in section(answer, "found-queues")
    assert "found-pages" not in answer.content.decode()
    assert "“rob” · Search · Tracker · Northwind Robotics" in text(answer)


def test_results_lead_where_they_say(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    html = ask(viewer, "rob").content.decode()
    robin = Membership.objects.get(user__first_name="Robin", user__last_name="Hood")
    assert f'href="/o/{robotics.org.slug}/issues/ROB-1/"' in html
    assert f'href="/o/{robotics.org.slug}/people/{robin.public_id}/"' in html
    assert f'href="/o/{robotics.org.slug}/issues/?queue=ROB"' in html


def test_group_shows_the_first_and_leads_to_all(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    add_issues(robotics, 9, first=2)
    for number in range(9):
        add_member(robotics.org, user=UserFactory(first_name="Robin", last_name=f"Hood {number}"))
    User.objects.exclude(first_name="Robin").update(first_name="Ada", last_name="Byron")  # the cast may be a Robert
    answer = ask(viewer, "rob")
    html = answer.content.decode()
    assert section(answer, "found-issues").count("is slow") == LIMIT
    assert section(answer, "found-people").count("Robin Hood") == LIMIT
    assert "All 10 issues" in main(answer)
    assert "All 10 people" in main(answer)
    assert f'href="/o/{robotics.org.slug}/issues/?q=rob"' in html
    assert f'href="/o/{robotics.org.slug}/people/?q=rob"' in html


def test_short_group_has_no_link_to_all(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    assert "All 1" not in main(ask(viewer, "rob"))


def test_key_opens_its_issue(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    answer = ask(viewer, " rob-1 ")
    assert answer.status_code == 302
    assert answer["Location"] == f"/o/{robotics.org.slug}/issues/ROB-1/"
    assert "Nothing matches “rob-77”" in main(ask(viewer, "rob-77"))


@pytest.mark.parametrize("words", ["", "  ", "\x00"])
def test_without_words_it_says_what_can_be_found(words: str, viewer: Membership, ask: Ask) -> None:
    shown = main(ask(viewer, words))
    assert "Find issues, people, queues and pages" in shown
    assert "match" not in shown


def test_no_match_says_what_was_searched(robotics: Queue, viewer: Membership, ask: Ask) -> None:
    answer = ask(viewer, "zz<b>zz")
    assert "Nothing matches “zz&lt;b&gt;zz”" in answer.content.decode()
    assert "Issues by title, text, tag and key" in main(answer)
    assert "Clear search" in main(answer)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("user acc", "User access management"),
        ("invoice", "Documents"),
        ("money", "Detailed view"),
        ("export", "Import and export"),
        ("PASSWORD", "Password"),
    ],
)
def test_pages_are_found_by_name_and_keyword(words: str, name: str, owner: Membership, ask: Ask) -> None:
    assert name in section(ask(owner, words), "found-pages")


def test_page_that_one_may_not_open_is_locked_and_says_why(viewer: Membership, admin: Membership, ask: Ask) -> None:
    locked = section(ask(viewer, "payment details"), "found-pages")
    assert "Payment details management" in locked
    assert "Only administrators of Northwind Robotics can open this page." in locked
    assert "Only administrators" not in main(ask(admin, "payment details"))
    assert "Only an owner of Northwind Robotics" in main(ask(admin, "company security"))


def test_every_page_opens_or_is_locked(org: Organization, owner: Membership, login: Login, now: dt.datetime) -> None:
    """The table names pages that exist; what it locks is what their doors refuse."""
    client = login(owner)
    org.refresh_from_db()
    assert len(search_pages.PAGES) > 20
    for page in search_pages.PAGES:
        is_locked = search_pages.refusal(page, org, owner, now=now)
        answer = client.get(search_pages.url(page, org))
        assert answer.status_code == (403 if is_locked else 200), page.url_name


def test_names_of_pages_are_unique() -> None:
    names = [str(page.name) for page in search_pages.PAGES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("state", ["not active", "deactivated", "deleting", "deleted"])
def test_issues_and_queues_are_searched_while_tracker_can_be_read(
    state: str, robotics: Queue, viewer: Membership, ask: Ask, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=robotics.org_id).update(**states(now)[state])
    org = Organization.objects.get(pk=robotics.org_id)
    assert not rules.tracker_is_open(org, now)
    for words in ("rob", "ROB-1"):
        answer = ask(viewer, words)
        assert answer.status_code == 200
        assert "Robot 1" not in main(answer)
        assert "Robotics ROB" not in main(answer)
    assert "Robin Hood" in main(ask(viewer, "rob"))
    assert "Issues and queues are not searched" in main(ask(viewer, "rob"))


@pytest.mark.parametrize("state", READ_ONLY)
def test_read_only_company_is_searched(
    state: str, robotics: Queue, member: Membership, ask: Ask, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=robotics.org_id).update(**states(now)[state])
    assert "Robot 1 is slow" in section(ask(member, "rob"), "found-issues")
    org = Organization.objects.get(pk=robotics.org_id)
    refused = rules.write_refusal(org, Membership.objects.get(pk=member.pk), now)
    assert refused
    assert refusal_page.sentence(refused, org) in section(ask(member, "create queue"), "found-pages")


def test_other_companies_are_not_found(robotics: Queue, outsider: Membership, ask: Ask, login: Login) -> None:
    assert ask(outsider, "rob").status_code == 404
    own = login(outsider).get(f"/o/{outsider.org.slug}/search/", {"q": "rob"})
    assert "Nothing matches “rob”" in main(own)


def test_statements_do_not_grow(robotics: Queue, viewer: Membership, login: Login) -> None:
    client, url = login(viewer), f"/o/{robotics.org.slug}/search/?q=rob"
    before = queries_of(client, url)
    add_issues(robotics, 20, first=2)
    with company_scope(robotics.org_id):
        for key in ("ROBA", "ROBB", "ROBC"):
            make_row(Queue, robotics.org, key=key, name=f"Robots {key}")
    for number in range(10):
        add_member(robotics.org, user=UserFactory(first_name="Robin", last_name=f"Hood {number}"))
    assert queries_of(client, url) == before
