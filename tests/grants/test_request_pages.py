"""Pages of requests for full access: the strip of who may not write, and the list of administrators."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from access import drafts, grants, requests, waiting_list
from access.models import AccessRequest
from orgs import paging
from orgs.models import AuditEvent, Level, Membership, Organization
from orgs.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.portal.pages import main, text, words
from tests.portal.queries import queries_of
from users.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def issues(org: Organization) -> str:
    return reverse("issues:issue_list", args=[org.slug])


@pytest.fixture
def ask_url(org: Organization) -> str:
    return reverse("access:access_ask", args=[org.slug])


@pytest.fixture
def list_url(org: Organization) -> str:
    return reverse("access:request_list", args=[org.slug])


@pytest.fixture
def give_url(org: Organization) -> str:
    return reverse("access:request_give", args=[org.slug])


def strip(client: Client, url: str) -> str:
    """What the amber strip says."""
    html = client.get(url).content.decode()
    return words("<div" + html.partition('id="readonly-strip"')[2].partition("</div>")[0])


def staged(org: Organization, author: Membership, now: dt.datetime) -> set[str]:
    with company_scope(org.pk):
        draft = drafts.current(org, author, now=now)
        return set(draft.changes) if draft else set()


def open_requests(org: Organization) -> int:
    with company_scope(org.pk):
        return AccessRequest.objects.filter(org=org, state="open").count()


def decline_url(org: Organization, request: AccessRequest) -> str:
    return reverse("access:request_decline", args=[org.slug, request.public_id])


# --- the person's side ------------------------------------------------------------------------------------
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
    request = requests.ask(member=viewer, note="", now=now)
    requests.decline(request=request, reason="Ask <b>again</b> in January", actor=owner, now=now)
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
    request = requests.ask(member=viewer, note="", now=then)
    requests.decline(request=request, reason="No", actor=owner, now=then)
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


# --- the administrators' side -----------------------------------------------------------------------------
def test_list_shows_who_waits_why_since_when_and_what_it_costs(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, held: Membership, now
) -> None:
    requests.ask(member=viewer, note="Closing issues", now=now - 5 * MINUTE)
    Organization.objects.filter(pk=org.pk).update(seat_cap=None)
    seen = text(login(admin).get(list_url))
    assert "Access requests 2 Invite link" in seen
    assert f"{viewer.name} {viewer.user.email} Asked Closing issues 5 min ago Never +$0.00 a month" in seen
    assert f"{held.name} {held.user.email} Joined without a free seat" in seen
    assert seen.index(viewer.user.email) < seen.index(held.user.email)


def test_sixth_seat_is_announced_with_its_price(
    login: Login, list_url: str, org: Organization, admin: Membership, owner: Membership, viewer: Membership, now
) -> None:
    for _ in range(4):
        add_member(org, level=Level.FULL)
    Organization.objects.filter(pk=org.pk).update(payer_ready=True)
    requests.ask(member=viewer, note="", now=now)
    seen = text(login(admin).get(list_url))
    assert "One person more with Full access is the 6th: from then on all are paid, $19.86 a month." in seen
    assert "+$19.86 a month" in seen


def test_nobody_is_waiting(login: Login, list_url: str, admin: Membership) -> None:
    assert "Nobody is waiting" in text(login(admin).get(list_url))


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"free_seats": 1}, "Payment details come first"), ({"seat_cap": 1}, "Your company’s limit of seats is 1.")],
    ids=["payer", "cap"],
)
def test_page_says_what_keeps_seats_from_being_added(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now, facts, said: str
) -> None:
    requests.ask(member=viewer, note="", now=now)
    Organization.objects.filter(pk=org.pk).update(**facts)
    seen = main(login(admin).get(list_url))
    assert "No seat can be added now" in seen
    assert said in seen
    assert "a month" not in seen.partition("No seat can be added now")[2]


def test_one_some_or_all_are_staged_and_the_bar_shows_the_cost(
    login: Login, list_url: str, give_url: str, org: Organization, admin: Membership, member: Membership, now
) -> None:
    people = [add_member(org) for _ in range(3)]
    made = [requests.ask(member=person, note="", now=now) for person in people]
    names = [f"member:{person.public_id}" for person in people]
    client = login(admin)
    response = client.post(give_url, {"only": made[0].public_id, "request": [made[1].public_id]}, follow=True)
    assert staged(org, admin, now) == {names[0]}
    seen = text(response)
    assert "1 unsaved change" in seen
    assert "Not saved yet" in seen
    client.post(give_url, {"request": [made[1].public_id]})
    assert staged(org, admin, now) == set(names[:2])
    client.post(give_url, {"all": "1", "next": list_url})
    assert staged(org, admin, now) == set(names)
    assert open_requests(org) == 3


def test_nothing_ticked_is_said_and_nothing_staged(
    login: Login, give_url: str, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    for body in ({}, {"only": "\0"}, {"request": ["nope", ""]}, {"all": "1"}):
        response = login(admin).post(give_url, body, follow=True)
        assert "Select whom you want to give Full access." in text(response)
    assert staged(org, admin, now) == set()


def test_request_that_was_answered_is_not_staged(
    login: Login, give_url: str, org: Organization, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = requests.ask(member=viewer, note="", now=now)
    requests.withdraw(member=viewer, now=now)
    login(admin).post(give_url, {"request": [request.public_id]})
    assert staged(org, admin, now) == set()


def test_saving_answers_the_request_and_the_person_writes(
    login: Login, give_url: str, org: Organization, admin: Membership, viewer: Membership, issues: str, now
) -> None:
    requests.ask(member=viewer, note="", now=now)
    client = login(admin)
    page = client.post(give_url, {"all": "1"}, follow=True).content.decode()
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("token", "shown")}
    client.post(reverse("access:levels_save", args=[org.slug]), fields)
    assert open_requests(org) == 0
    assert "readonly-strip" not in login(viewer).get(issues).content.decode()


def test_decline_asks_for_a_reason_and_says_what_was_done(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    url = decline_url(org, requests.ask(member=viewer, note="", now=now))
    client = login(admin)
    assert f"Decline the request of {viewer.name}" in text(client.get(url))
    for reason in ("", "x" * 301):
        assert client.post(url, {"reason": reason}).status_code == 400
    assert open_requests(org) == 1
    assert f"Declined. {viewer.name} stays Read only" in text(client.post(url, {"reason": "No seat"}, follow=True))
    late = client.post(url, {"reason": "No seat"})
    assert late.status_code == 400
    assert "answered or withdrawn meanwhile" in text(late)


def test_foreign_request_is_the_same_as_an_absent_one(
    login: Login, give_url: str, org: Organization, admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    foreign = requests.ask(member=add_member(outsider.org), note="", now=now)
    for public_id in (foreign.public_id, "zzzzzzzzzzzzzzzz"):
        url = reverse("access:request_decline", args=[org.slug, public_id])
        assert login(admin).get(url).status_code == 404
        assert login(admin).post(url, {"reason": "No"}).status_code == 404
        login(admin).post(give_url, {"only": public_id})
    assert staged(org, admin, now) == set()
    assert open_requests(outsider.org) == 1


def test_list_is_for_administrators(
    login: Login, list_url: str, give_url: str, org: Organization, member: Membership, outsider: Membership, now
) -> None:
    url = decline_url(org, requests.ask(member=add_member(org), note="", now=now))
    assert [login(member).get(page).status_code for page in (list_url, url)] == [403, 403]
    assert [login(member).post(page).status_code for page in (give_url, url)] == [403, 403]
    assert [login(outsider).get(page).status_code for page in (list_url, url)] == [404, 404]
    assert open_requests(org) == 1


def test_list_is_paged_and_asks_no_more_for_more_rows(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now, monkeypatch
) -> None:
    monkeypatch.setattr(paging.paginate, "__kwdefaults__", {"size": 4})
    requests.ask(member=viewer, note="", now=now)
    client = login(admin)
    few = queries_of(client, list_url)
    people = [viewer, *(add_member(org) for _ in range(5))]
    for number, person in enumerate(people):
        requests.ask(member=person, note="", now=now + number * MINUTE)
    assert queries_of(client, list_url) == few
    assert few <= 8
    first = client.get(list_url)
    shown = [person.user.email in first.content.decode() for person in people]
    assert shown == [True] * 4 + [False] * 2
    following = re.search(r'rel="next"\s+href="([^"]+)"', first.content.decode())[1]
    rest = client.get(list_url + following.replace("&amp;", "&")).content.decode()
    assert [person.user.email in rest for person in people] == [False] * 4 + [True] * 2


def test_all_means_those_on_other_pages_too(
    login: Login, give_url: str, org: Organization, admin: Membership, now, monkeypatch
) -> None:
    monkeypatch.setattr(waiting_list, "TICKED", 1)
    made = [requests.ask(member=add_member(org), note="", now=now) for _ in range(3)]
    login(admin).post(give_url, {"request": [request.public_id for request in made]})
    assert len(staged(org, admin, now)) == 1
    login(admin).post(give_url, {"all": "1"})
    assert len(staged(org, admin, now)) == 3


def test_blocked_person_is_shown_and_not_staged(
    login: Login, list_url: str, give_url: str, org: Organization, admin: Membership, viewer: Membership, now
) -> None:
    requests.ask(member=viewer, note="", now=now)
    Membership.objects.filter(pk=viewer.pk).update(blocked_at=now)
    assert "Blocked" in main(login(admin).get(list_url))
    login(admin).post(give_url, {"all": "1"})
    assert staged(org, admin, now) == set()


def test_strip_costs_no_statement_more_than_the_list_may(
    login: Login, issues: str, viewer: Membership, owner: Membership, now: dt.datetime
) -> None:
    client = login(viewer)
    before = queries_of(client, issues)
    request = requests.ask(member=viewer, note="", now=now)
    assert queries_of(client, issues) == before
    requests.decline(request=request, reason="No", actor=owner, now=now)
    assert queries_of(client, issues) == before


def test_trail_of_asking_giving_and_declining_is_in_words(
    login: Login, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    other = add_member(org, user=UserFactory(first_name="Maya", last_name="Chen"))
    requests.ask(member=viewer, note="", now=now)
    requests.withdraw(member=viewer, now=now)
    requests.decline(request=requests.ask(member=other, note="", now=now), reason="No", actor=owner, now=now)
    requests.ask(member=viewer, note="", now=now)
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    seen = text(login(owner).get(reverse("access:activity", args=[org.slug])))
    assert f"{viewer.name} asked for Full access" in seen
    assert f"{viewer.name} withdrew the request for Full access" in seen
    assert f"{owner.name} declined the request of Maya Chen for Full access" in seen
    assert f"{owner.name} set the access of {viewer.name} to Full access" in seen
    with company_scope(org.pk):
        kept = "".join(str(row.data) for row in AuditEvent.objects.filter(org=org, action__startswith="access."))
    assert "No" not in kept
