"""Pages of the domains: what they show, what they refuse, and that nobody learns of another company's domain."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orgs.companies import companies
from orgs.domains import domains
from orgs.domains.models import Answer, Domain
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.orgs.domains.linked import DAY, find_out, link, names, reload, verify
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
Login = Callable[[Membership], Client]


def url(org: Organization, *parts: str) -> str:
    return "/".join([f"/o/{org.slug}/company/domains", *parts, ""])


def page_of(domain: Domain, *parts: str) -> str:
    return url(domain.org, domain.public_id, *parts)


def test_gear_leads_to_company_settings(admin: Membership, login: Login) -> None:
    html = login(admin).get(f"/o/{admin.org.slug}/").content.decode()
    assert f'href="/o/{admin.org.slug}/company/"' in html


def test_empty_list_says_what_domains_are_for(admin: Membership, login: Login) -> None:
    page = main(login(admin).get(url(admin.org)))
    assert "No domains yet" in page
    assert "Add" in page


def test_added_domain_shows_the_record_to_publish(admin: Membership, login: Login) -> None:
    response = login(admin).post(url(admin.org), {"name": "Müller.de"}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain[-1][1] == 302
    assert 'value="_tracker-challenge.xn--mller-kva.de"' in html
    assert re.search(r'value="tracker-verification=[0-9a-f]{40}"', html)
    assert "müller.de" in main(response)
    assert "Verify now" in main(response)


@pytest.mark.parametrize("typed", ["", "gmail.com", "co.uk", "no domain", "x" * 2000, "acme.example", "\x00"])
def test_bad_domain_is_said_at_the_field_and_kept(
    admin: Membership, login: Login, now: dt.datetime, typed: str
) -> None:
    link(admin, "acme.example", now=now)
    response = login(admin).post(url(admin.org), {"name": typed})
    assert response.status_code == 400
    assert "Error:" in response.content.decode()
    assert response.context["form"].errors["name"]
    assert response.context["form"]["name"].value() == typed
    assert names(admin.org) == ["acme.example"]


def test_list_shows_every_state_with_its_dates(admin: Membership, login: Login, now: dt.datetime) -> None:
    link(admin, "new.example", now=now)
    verify(admin, "good.example", now=now)
    find_out(verify(admin, "missing.example", now=now - 5 * DAY), Answer.NO_RECORD, at=now)
    gone = verify(admin, "lost.example", now=now - 30 * DAY)
    for number in range(8):
        find_out(gone, Answer.NO_RECORD, at=now - (9 - number) * DAY)
    page = main(login(admin).get(url(admin.org)))
    rows = [
        "good.example Verified Primary",
        "lost.example Lost",
        "missing.example Verified, record missing",
        "new.example Not verified",
    ]
    places = [page.index(row) for row in rows]
    assert places == sorted(places)


def test_missing_record_is_announced_with_the_day_it_is_lost(admin: Membership, login: Login, now: dt.datetime) -> None:
    domain = verify(admin, now=now - 3 * DAY)
    find_out(domain, Answer.NO_RECORD, at=now - DAY)
    domain = find_out(domain, Answer.OTHER_VALUE, at=now)
    response = login(admin).get(page_of(domain))
    assert "The record is missing." in main(response)
    lost_on = timezone.localtime(now + 6 * DAY, ZoneInfo(admin.org.time_zone)).date()
    assert lost_on.isoformat() in response.content.decode()
    assert "with another value" in main(response)


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer != Answer.TAKEN])
def test_page_says_what_was_found(admin: Membership, login: Login, now: dt.datetime, answer: Answer) -> None:
    domain = find_out(link(admin, now=now), answer, at=now)
    assert str(answer.label) in main(login(admin).get(page_of(domain)))


def test_verify_now_shows_progress_until_the_answer_is_there(admin: Membership, login: Login, now: dt.datetime) -> None:
    domain, client = link(admin, now=now), login(admin)
    page = client.post(page_of(domain, "verify"), follow=True).content.decode()
    assert "<progress" in page
    assert f'hx-get="{page_of(domain, "progress")}"' in page
    assert '<noscript> <meta http-equiv="refresh"' in " ".join(page.split())
    assert client.get(page_of(domain, "progress")).status_code == 204, "nothing new: it is asked again"
    find_out(domain, Answer.PRESENT, at=now + DAY)
    for address in (page_of(domain), page_of(domain, "progress")):
        answered = client.get(address).content.decode()
        assert "hx-get=" not in answered
        assert "refresh" not in answered
        assert "Verified" in answered
    assert "<html" not in answered, "the part alone"


def test_verify_now_twice_is_one_look_up_and_soon_after_none(admin: Membership, login: Login, now: dt.datetime) -> None:
    domain, client = link(admin, now=now), login(admin)
    client.post(page_of(domain, "verify"))
    asked_for = reload(domain).checking_since
    client.post(page_of(domain, "verify"))
    assert reload(domain).checking_since == asked_for
    find_out(domain, Answer.NO_RECORD, at=now + DAY)
    page = main(client.post(page_of(domain, "verify"), follow=True))
    assert "was looked up a moment ago" in page
    assert reload(domain).checking_since is None


def test_primary_is_chosen_and_told(admin: Membership, login: Login, now: dt.datetime) -> None:
    verify(admin, now=now)
    second, client = verify(admin, "acme.org", now=now), login(admin)
    assert "Make primary" in main(client.get(page_of(second)))
    page = main(client.post(page_of(second, "primary"), follow=True))
    assert "acme.org is the primary domain." in page
    assert "Make primary" not in page


def test_unverified_domain_is_not_offered_as_primary_and_refused(
    admin: Membership, login: Login, now: dt.datetime
) -> None:
    domain, client = link(admin, now=now), login(admin)
    assert "Make primary" not in main(client.get(page_of(domain)))
    page = main(client.post(page_of(domain, "primary"), follow=True))
    assert "Only a verified domain can be primary." in page


def test_removal_asks_first_and_names_the_domain(admin: Membership, login: Login, now: dt.datetime) -> None:
    domain, client = verify(admin, now=now), login(admin)
    page = main(client.get(page_of(domain, "remove")))
    assert "Remove acme.example?" in page
    assert "Existing accounts stay" in page
    assert names(admin.org) == ["acme.example"], "a GET removes nothing"
    assert "acme.example is not linked any more." in main(client.post(page_of(domain, "remove"), follow=True))
    assert names(admin.org) == []
    assert client.get(page_of(domain)).status_code == 404


@pytest.mark.parametrize("part", ["", "progress", "verify", "primary", "remove"])
def test_domain_of_another_company_is_as_absent_as_none(
    admin: Membership, outsider: Membership, login: Login, now: dt.datetime, part: str
) -> None:
    foreign = verify(outsider, now=now)
    client, parts = login(admin), [part] if part else []
    for ask in (client.get, client.post):
        answers = [ask(url(admin.org, public_id, *parts)) for public_id in (foreign.public_id, "zzzzzzzzzzzzzzzz")]
        assert {answer.status_code for answer in answers} <= {404, 405}
        assert closing(answers[0]) == closing(answers[1])


def closing(response: object) -> str:
    """A page without what differs from one request to the next."""
    html = response.content.decode()
    html = re.sub(r"tracker-verification=[0-9a-f]{40}|[a-z2-9]{16}(?=/)", "…", html)
    return re.sub(r'(csrfmiddlewaretoken" value=|request-id" content=)"[^"]*"|[0-9A-F]{4}-[0-9A-Z]{2,4}', "", html)


def test_linking_says_the_same_whether_another_company_holds_the_domain_or_not(
    admin: Membership, outsider: Membership, login: Login, now: dt.datetime
) -> None:
    client = login(admin)
    with time_machine.travel(now, tick=False):
        free = client.post(url(admin.org), {"name": "acme.example"}, follow=True)
        domains.remove(domain=free.context["domain"], actor=admin, now=now)
        verify(outsider, now=now)
        held = client.post(url(admin.org), {"name": "acme.example"}, follow=True)
    assert free.status_code == 200
    assert closing(free) == closing(held)


def test_taken_domain_is_told_only_to_who_published_the_record(
    admin: Membership, outsider: Membership, login: Login, now: dt.datetime
) -> None:
    verify(outsider, now=now)
    domain, client = link(admin, now=now), login(admin)
    find_out(domain, Answer.NO_RECORD, at=now)
    assert "another company" not in main(client.get(page_of(domain)))
    find_out(domain, Answer.PRESENT, at=now + DAY)
    page = main(client.get(page_of(domain)))
    assert "another company has verified this domain" in page
    assert outsider.org.name not in page


def test_names_are_escaped_and_shown_as_they_are_stored(admin: Membership, login: Login) -> None:
    response = login(admin).post(url(admin.org), {"name": "<script>alert(1)</script>.com"})
    assert response.status_code == 400
    assert "<script>alert" not in response.content.decode()


def test_list_needs_as_many_queries_for_many_domains(admin: Membership, login: Login, now: dt.datetime) -> None:
    verify(admin, now=now)
    client = login(admin)
    few = queries_of(client, url(admin.org))
    for number in range(30):
        verify(admin, f"acme{number}.example", now=now)
    assert queries_of(client, url(admin.org)) == few <= 8


def test_list_is_paged_by_key(
    admin: Membership, login: Login, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "MOST", 60)
    for number in range(51):
        link(admin, f"acme{number:02}.example", now=now)
    client = login(admin)
    first = client.get(url(admin.org))
    second = client.get(url(admin.org) + first.context["page"].next_url)
    assert [len(response.context["page"].rows) for response in (first, second)] == [50, 1]
    assert client.get(url(admin.org) + "?after=nonsense").status_code == 400


def test_domains_are_managed_in_a_company_whose_tracker_was_never_active(
    stranger: object, login: Login, now: dt.datetime
) -> None:
    quiet = companies.create(owner=stranger, name="Acme", country="RU", time_zone="UTC", now=now)
    response = login(stranger).post(url(quiet), {"name": "acme.example"}, follow=True)
    assert response.status_code == 200
    assert names(quiet) == ["acme.example"]
