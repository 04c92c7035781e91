"""The list of issues: tabs, groups, counts, filters, pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from issues.following import following
from issues.issue import transitions, writing
from issues.issue.models import Issue
from issues.listing import sidebar
from issues.queues import queues
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.issues.lists import fill, keys, link, walk

Url = Callable[[str], str]


@pytest.fixture
def client(login: Callable[[Membership], Client], member: Membership) -> Client:
    return login(member)


def test_walk_forward_and_back_loses_and_repeats_nothing(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    fill(queue, member, 230, now=now)
    forward = walk(client, url("issues/?tab=all"), "next")
    shown = [key for page in forward for key in page]
    with company_scope(queue.org_id):
        expected = list(
            Issue.objects.of(queue.org_id).order_by("-status_rank", "-updated_at", "-id").values_list("key", flat=True)
        )
    assert shown == expected
    assert [len(page) for page in forward] == [50, 50, 50, 50, 30]

    last = url("issues/?tab=all")
    for _ in forward[1:]:
        last = url("issues/") + link(client.get(last).content.decode(), "next")
    assert walk(client, last, "prev") == forward[::-1]


def test_group_that_a_page_cuts_goes_on_with_its_name_and_count(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    fill(queue, member, 360, now=now)
    first = client.get(url("issues/?tab=unresolved")).content.decode()
    second = client.get(url("issues/") + link(first, "next")).content.decode()
    for page in (first, second):
        assert re.search(r"<h2>In progress</h2>\s*<span class=\"group__count\">60</span>", page)


def test_groups_stand_in_the_order_of_work(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    fill(queue, member, 12, now=now)
    groups = client.get(url("issues/?tab=all")).context["listing"].groups
    assert [group.status for group in groups] == ["inProgress", "inReview", "needInfo", "blocked", "open", "closed"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ROB-1", "SUP-1"]),
        ("?tab=nonsense", ["ROB-1", "SUP-1"]),
        ("?tab=all", ["ROB-1", "SUP-1", "ROB-2"]),
        ("?tab=closed", ["ROB-2"]),
        ("?tab=mine", ["ROB-1"]),
        ("?tab=following", ["SUP-1"]),
        ("?queue=SUP", ["SUP-1"]),
        ("?queue=sup", ["SUP-1"]),
        ("?status=closed", ["ROB-2"]),
        ("?priority=critical", ["SUP-1"]),
        ("?tag=line-3", ["SUP-1"]),
        ("?assignee=me", ["ROB-1"]),
        ("?q=cable", ["ROB-2"]),  # a search looks at closed issues too
        ("?q=cable&tab=unresolved", []),
        ("?status=nonsense", ["ROB-1", "SUP-1", "ROB-2"]),
        ("?q=%00%00", ["ROB-1", "SUP-1"]),
    ],
)
def test_list_shows_what_it_is_asked_for(
    query: str,
    expected: list[str],
    url: Url,
    login: Callable[[Membership], Client],
    queue: Queue,
    member: Membership,
    viewer: Membership,
    now: dt.datetime,
) -> None:
    with company_scope(queue.org_id):
        support = queues.create(org=queue.org, key="sup", name="Support", actor=member, now=now)
        first = writing.create_issue(queue=queue, actor=member, now=now, summary="Gripper")
        second = writing.create_issue(queue=queue, actor=member, now=now, summary="Cable")
        third = writing.create_issue(
            queue=support, actor=member, now=now, summary="Box", priority="critical", tags=["line-3"]
        )
        writing.assign(issue=first, assignee=viewer, actor=member, now=now)
        following.unsubscribe(issue=first, actor=viewer)
        following.subscribe(issue=third, actor=viewer)
        transitions.change_status(issue=second, status="closed", resolution="fixed", actor=member, now=now)
    page = login(viewer).get(url(f"issues/{query}"))
    assert page.status_code == 200
    assert sorted(keys(page.content.decode())) == sorted(expected)


@pytest.mark.parametrize("typed", ["ROB-1", "rob-1", " Rob-1 "])
def test_key_in_the_search_opens_its_issue(typed: str, client: Client, url: Url, issue: Issue) -> None:
    answer = client.get(url("issues/"), {"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, url("issues/ROB-1/"))


def test_key_of_no_issue_is_a_search(client: Client, url: Url, issue: Issue) -> None:
    page = client.get(url("issues/"), {"q": "ROB-99"})
    assert page.status_code == 200
    assert "No issues match" in page.content.decode()


def test_queue_of_another_company_does_not_exist(
    client: Client, url: Url, issue: Issue, outsider: Membership, now: dt.datetime
) -> None:
    with company_scope(outsider.org_id):
        queues.create(org=outsider.org, key="FOOD", name="Food", actor=outsider, now=now)
    for path in ("issues/?queue=FOOD", "issues/?queue=NONE", "queues/FOOD/", "queues/FOOD/settings/", "issues/FOOD-1/"):
        assert client.get(url(path)).status_code == 404, path


def test_queues_page_is_its_list(client: Client, url: Url, queue: Queue) -> None:
    for key in ("ROB", "rob"):
        assert client.get(url(f"queues/{key}/")).headers["Location"] == url("issues/?queue=ROB")


def test_counts_stop_at_a_thousand(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidebar, "CAP", 10)
    fill(queue, member, 72, now=now)
    page = client.get(url("issues/")).content.decode()
    assert "10+ unresolved, 10+ closed" in page
    assert sidebar.shown(10) == "10"


def test_counts_beside_views_and_queues(
    client: Client, url: Url, queue: Queue, issue: Issue, member: Membership, now: dt.datetime
) -> None:
    with company_scope(queue.org_id):
        writing.assign(issue=issue, assignee=member, actor=member, now=now)
    page = client.get(url("issues/?queue=ROB")).content.decode()
    counts = re.findall(r"(\w+)(?:</span>)?\s*<span class=\"side__count\">([^<]+)<", page)
    assert counts == [("issues", "1"), ("Following", "1"), ("Robotics", "1")]
    assert re.findall(r"tabs__count\">(\d+)<", page) == ["1", "1", "0", "1"]
    assert "1 unresolved, 0 closed" in page


def test_narrowed_list_says_how_many_it_found(
    client: Client, url: Url, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    fill(queue, member, 14, now=now)
    page = client.get(url("issues/?q=Issue&status=open")).content.decode()
    assert "Issues found: 2" in " ".join(page.split())
    assert "Status: Open" in " ".join(page.split())


def test_empty_queue_says_who_can_fill_it(
    url: Url, queue: Queue, login: Callable[[Membership], Client], member: Membership, viewer: Membership
) -> None:
    written = login(member).get(url("issues/?queue=ROB")).content.decode()
    read = login(viewer).get(url("issues/?queue=ROB")).content.decode()
    for page in (written, read):
        assert "No issues in Robotics yet" in page
    assert f'href="{url("issues/new/?queue=ROB")}"' in written
    assert "People with Full access can create them." in read
    assert url("issues/new/") not in read


def test_company_without_queues_leads_to_the_first_one(client: Client, url: Url, org: Organization) -> None:
    for path in ("issues/", "queues/", "issues/new/"):
        page = client.get(url(path)).content.decode()
        assert "No queues yet" in page
        assert url("queues/new/") in page
