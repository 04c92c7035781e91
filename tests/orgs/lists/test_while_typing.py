"""Lists whose search answers while one types: htmx gets the very part that the page includes, at the same address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.guards.rows import make_row
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
HTMX = {"HX-Request": "true"}
TOKEN = re.compile(r'(name="(?:csrfmiddlewaretoken|token)" value=")[^"]+')
LISTS = ("access/", "issues/", "people/")
QUERIES = ("", "?q=a", "?q=nothing-like-that", "?q=%00&tab=all")


@pytest.fixture
def company(db: None) -> Organization:
    """In its trial, with ROB-1."""
    org = make_company(age_days=18)
    with company_scope(org.pk):
        queue = make_row(Queue, org, key="ROB", name="Robotics", last_number=1, issue_count=1)
        make_row(Issue, org, queue=queue, number=1, key="ROB-1", summary="A gripper", type="task", priority="normal")
    return org


@pytest.fixture
def client(company: Organization, login: Login) -> Client:
    """The owner's, who was here a moment ago."""
    client = login(company.memberships.get())
    client.get(f"/o/{company.slug}/")
    return client


def html(response: object) -> str:
    """The answer without what is drawn anew each time."""
    assert response.status_code == 200
    return TOKEN.sub(r"\1", response.content.decode())


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("path", LISTS)
def test_htmx_gets_the_part_that_the_page_includes(
    company: Organization, client: Client, path: str, query: str
) -> None:
    url = f"/o/{company.slug}/{path}{query}"
    page, part = html(client.get(url)), html(client.get(url, headers=HTMX))
    assert "<html" in page
    assert "<html" not in part
    assert squeezed(part) in squeezed(page)
    assert 'id="list"' in part


@pytest.mark.parametrize("path", LISTS)
def test_what_is_exchanged_is_in_the_page_once(company: Organization, client: Client, path: str) -> None:
    page = html(client.get(f"/o/{company.slug}/{path}"))
    for name in ("list", "list-chips", "q"):
        assert page.count(f'id="{name}"') == 1, name
    assert 'hx-target="#list"' in page
    assert 'hx-push-url="true"' in page
    assert 'hx-sync="this:replace"' in page


@pytest.mark.parametrize("path", LISTS)
def test_caches_tell_page_and_part_apart(company: Organization, client: Client, path: str) -> None:
    for headers in ({}, HTMX):
        assert "HX-Request" in client.get(f"/o/{company.slug}/{path}", headers=headers).headers["Vary"]


@pytest.mark.parametrize("path", LISTS)
def test_form_searches_without_a_script(company: Organization, client: Client, path: str) -> None:
    page = html(client.get(f"/o/{company.slug}/{path}"))
    form = page.partition('role="search"')[2].partition("hx-get")[2].partition("</form>")[0]
    assert '<button class="button u-plain-only" type="submit">Search</button>' in form


def test_key_that_is_still_being_typed_opens_nothing_and_is_found(company: Organization, client: Client) -> None:
    url = f"/o/{company.slug}/issues/?q=ROB-1"
    assert client.get(url).status_code == 302, "the control: sent off, it opens its issue"
    assert ">ROB-1<" in html(client.get(url, headers=HTMX))


@pytest.mark.parametrize("path", LISTS)
def test_only_lists_load_htmx_with_settings_that_the_policy_allows(
    company: Organization, client: Client, path: str
) -> None:
    page = html(client.get(f"/o/{company.slug}/{path}"))
    settings = page.partition('name="htmx-config"')[2].partition(">")[0]
    for setting in ('"allowEval": false', '"includeIndicatorStyles": false', '"historyCacheSize": 0'):
        assert setting in settings
    assert "htmx-2" in page
    assert "htmx-2" not in html(client.get(f"/o/{company.slug}/"))
