"""Who may not write asks for full access: the strip, and the page of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from access.changes import save as grants
from access.requests import access_requests
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.access.grants.waiting import open_requests
from tests.factories import add_member
from tests.tracker_portal.pages import main, text, words
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
MINUTE = dt.timedelta(minutes=1)


def strip(client: Client, url: str) -> str:
    """What the amber strip says."""
    html = client.get(url).content.decode()
    return words("<div" + html.partition('id="readonly-strip"')[2].partition("</div>")[0])


def test_reader_asks_from_the_page_and_the_strip_says_who_got_it(
    login: Login, issues: str, ask_url: str, org: Organization, owner: Membership, viewer: Membership
) -> None:
    User.objects.filter(pk=owner.user_id).update(first_name="Anna")
    client = login(viewer)
    assert "To change issues you need Full access. Request full access" in strip(client, issues)
    response = client.post(ask_url, {"note": "Closing issues", "next": f"{issues}?tab=all"})
    assert (response.status_code, response.url) == (302, f"{issues}?tab=all")
    assert "Requested just now. Anna got it. Withdraw" in strip(client, issues)
    for person in (add_member(org), add_member(org)):
        Membership.objects.filter(pk=person.pk).update(role="administrator")
    Membership.objects.filter(pk=owner.pk).update(last_active_at=viewer.joined_at)
    assert "Anna and 2 others got it." in strip(client, issues)


def test_two_tabs_and_a_double_click_ask_once(
    login: Login, ask_url: str, org: Organization, viewer: Membership
) -> None:
    client = login(viewer)
    for note in ("One", "One", "Two"):
        assert client.post(ask_url, {"note": note}).status_code == 302
    assert open_requests(org) == 1


def test_withdrawn_request_can_be_made_again(
    login: Login, issues: str, ask_url: str, org: Organization, viewer: Membership
) -> None:
    client = login(viewer)
    client.post(ask_url)
    for _ in range(2):
        response = client.post(f"{ask_url}withdraw/", {"next": issues})
        assert (response.status_code, response.url) == (302, issues)
    assert open_requests(org) == 0
    assert "Request full access" in strip(client, issues)


def test_strip_says_who_declined_and_why_and_one_may_ask_again(
    login: Login, issues: str, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = access_requests.ask(member=viewer, note="", now=now)
    access_requests.decline(request=request, reason="Ask <b>again</b> in January", actor=owner, now=now)
    response = login(viewer).get(issues)
    assert "Ask &lt;b&gt;again&lt;/b&gt; in January" in response.content.decode()
    said = strip(login(viewer), issues)
    assert f"{owner.name} declined your request just now: “Ask" in said
    assert said.endswith("Request full access")


def test_who_lost_it_reads_who_took_it_and_when(
    login: Login, issues: str, owner: Membership, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    grants.set_level(member=viewer, level=Level.READ_ONLY, actor=owner, now=now)
    day = f"{now.astimezone(ZoneInfo('Europe/Berlin')):%-d %b %Y}"
    assert f"{owner.name} set your access to Read only on {day}." in text(login(viewer).get(issues))


def test_old_no_is_not_repeated_for_ever(
    login: Login, issues: str, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    then = now - dt.timedelta(days=31)
    request = access_requests.ask(member=viewer, note="", now=then)
    access_requests.decline(request=request, reason="No", actor=owner, now=then)
    assert "declined" not in strip(login(viewer), issues)


def test_who_waits_for_a_seat_is_told_so_and_not_asked_to_ask(login: Login, issues: str, held: Membership) -> None:
    said = strip(login(held), issues)
    assert "You get Full access when a seat can be added." in said
    assert "Request full access" not in main(login(held).get(issues))


def test_administrator_who_reads_only_is_led_to_the_place_where_access_is_given(
    login: Login, issues: str, ask_url: str, org: Organization, member: Membership, admin: Membership
) -> None:
    page = login(admin).get(issues).content.decode()
    assert "Request full access" not in page
    assert f'href="{reverse("access:user_list", args=[org.slug])}">User access management</a>' in page
    assert login(admin).post(ask_url).status_code == 400


def test_asking_is_not_offered_where_it_does_not_help(
    login: Login, issues: str, ask_url: str, org: Organization, viewer: Membership, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=org.pk).update(debt_due_at=now - MINUTE)
    page = login(viewer).get(issues).content.decode()
    assert "Who can give it" in page
    assert "Request full access" not in page


def test_asking_is_offered_when_the_trial_is_over_and_nobody_has_full_access(
    login: Login, issues: str, org: Organization
) -> None:
    reader = add_member(org)
    assert strip(login(reader), issues).endswith("Request full access")


def test_page_of_its_own_asks_and_keeps_what_was_typed(login: Login, ask_url: str, viewer: Membership) -> None:
    client = login(viewer)
    assert "Note to admins" in main(client.get(ask_url))
    response = client.post(ask_url, {"note": "x" * 301})
    assert response.status_code == 400
    assert "x" * 301 in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    client.post(ask_url, {"note": "fits"})
    assert "You get an email with the answer." in text(client.get(ask_url))


def test_refusal_of_a_write_leads_to_asking(login: Login, org: Organization, ask_url: str, viewer: Membership) -> None:
    response = login(viewer).post(reverse("issues:issue_create", args=[org.slug]), {"summary": "Kept"})
    assert response.status_code == 403
    assert f'href="{ask_url}"' in response.content.decode()


def test_nobody_is_led_out_of_the_company(login: Login, issues: str, ask_url: str, viewer: Membership) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/o/other/issues/", "/o/x\nSet-Cookie: a=b"):
        assert login(viewer).post(ask_url, {"next": target}).url == issues


def test_strip_costs_no_statement_more_than_the_list_may(
    login: Login, issues: str, viewer: Membership, owner: Membership, now: dt.datetime
) -> None:
    client = login(viewer)
    before = queries_of(client, issues)
    request = access_requests.ask(member=viewer, note="", now=now)
    assert queries_of(client, issues) == before
    access_requests.decline(request=request, reason="No", actor=owner, now=now)
    assert queries_of(client, issues) == before
