"""`Detailed view` of a month, as administrators see it."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.payers.models import PayerKind
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State
from tests.billing.companies import DAY, NOW, found, hold, noon, staff
from tests.billing.ledger import books
from tests.billing.payers.payer_details import save
from tests.billing.usage.pages import logged_in, text_of, url
from tests.factories import make_company
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db


def test_shows_the_peak_when_it_was_set_and_how_the_price_adds_up(org: Organization, owner: Client) -> None:
    text = text_of(owner, url(org))
    assert "November so far $29.79 Peak of 9 users with Full access" in text
    assert "The peak was set on 12 Nov, 12:00 UTC" in text
    assert "Next charge 2 Dec Estimate: $29.79, if nothing changes" in text
    assert "Peak 9, sets the price: $29.79" in text
    assert "9 users × $3.31 $29.79" in text
    assert "30 of 30 days count × 30/30" in text


def test_balance_says_how_long_it_lasts(org: Organization, owner: Client) -> None:
    assert "Balance $81.42 Top up Covers charges until 2 Feb 2027" in text_of(owner, url(org))
    books.top_up(org, 10_000_00, NOW, key="much")
    assert "Covers charges for more than two years" in text_of(owner, url(org))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Balance −$18.58 Top up Due by 1 Dec 2026, 00:00. Then Tracker becomes Read only."),
        (6, "Balance −$18.58 Top up Was due by 1 Dec 2026, 00:00. Tracker is Read only until it is paid."),
    ],
)
def test_negative_balance_says_what_stops_when(org: Organization, owner: Client, days: int, said: str) -> None:
    books.take(org, 100_00, NOW, key="more")
    with time_machine.travel(NOW + days * DAY, tick=False):
        response = owner.get(url(org))
        assert "tiles__one--bad" in response.content.decode()
        assert said in text_of(owner, url(org))


def test_figures_lead_to_what_is_behind_them(org: Organization, owner: Client) -> None:
    html = owner.get(url(org)).content.decode()
    assert "tiles__one--bad" not in html
    assert f'<a href="{url(org, "statement")}">$81.42</a>' in html
    assert f'<a href="{url(org, "day", "?day=2026-11-12")}">$29.79</a>' in html
    html = owner.get(url(org, query="?month=2026-10")).content.decode()
    assert f'<a href="{reverse("billing:document", args=[org.slug, "INV-2026-000001"])}">$18.58</a>' in html


def test_month_that_is_over_says_what_it_came_to_instead_of_what_comes(org: Organization, owner: Client) -> None:
    with time_machine.travel(noon(1, 12), tick=False):
        text = text_of(owner, url(org, query="?month=2026-11"))
    assert "To be charged $29.79 On 2 Dec 2026" in text
    assert "Charged $0.00 Nothing is charged for this month" in text_of(owner, url(org, query="?month=2026-09"))
    assert "Next charge" not in text
    assert "Top up" not in text


def test_adds_up_tier_by_tier(org: Organization, owner: Client) -> None:
    more = staff(org, 101)
    hold(org, more, noon(20))
    text = text_of(owner, url(org))
    assert "100 users × $3.31 $331.00 1 more user × $2.85 $2.85 A full month $333.85" in text


def test_table_is_the_charts_twin_and_each_day_opens(org: Organization, owner: Client) -> None:
    text = text_of(owner, url(org))
    assert "11 Nov 6 Yes 12 Nov 9 Yes, the peak 13 Nov 9 Yes, the peak 14 Nov 8 Yes" in text
    assert "25 Nov 8 Yes" in text
    assert "26 Nov 8" not in text
    assert url(org, "day", "?day=2026-11-12") in owner.get(url(org)).content.decode()


def test_month_before_is_charged_in_part(org: Organization, owner: Client) -> None:
    text = text_of(owner, url(org, query="?month=2026-10"))
    assert "29 of 31 days count × 29/31 October 2026 $18.58" in text
    assert "Charged $18.58 On 2 Nov 2026, invoice INV-2026-000001" in text
    assert "2 Oct 0 No 3 Oct 6 Yes, the peak" in text


def test_months_lead_to_each_other_as_far_as_the_company_is_old(org: Organization, owner: Client) -> None:
    first, middle = (owner.get(url(org, query=f"?month=2026-{n}")).content.decode() for n in ("09", "10"))
    assert "?month=2026-09" in middle
    assert "?month=2026-11" in middle
    assert "?month=2026-08" not in first


def test_trial_says_from_when_days_count() -> None:
    org = found(at=noon(10))
    hold(org, staff(org, 6), noon(11))
    text = text_of(logged_in(org), url(org))
    dates = "The free trial ends on 10 Dec 2026; days count from 11 Dec 2026 and are charged on 2 Jan 2027 for the first time."
    assert f"Nothing is charged before the free trial ends. {dates}" in text
    assert "The first day that counts" not in text, "one sentence says all three dates"
    assert "First charge 2 Jan Estimate: $13.45, if nothing changes" in text
    assert "Balance $0.00 Top up Does not cover the charge on 2 Jan 2027" in text
    assert "No charges yet. First one on 2 Jan 2027." in text
    assert "Monthly total $19.86 6 users with Full access now" in text
    assert "sets the price" not in text


def test_nothing_yet() -> None:
    org = found(at=noon(10))
    text = text_of(logged_in(org), url(org))
    assert "Nobody has Full access yet" in text
    assert "Balance $0.00 Top up Nothing to pay" in text
    assert "First charge — No charge in sight, if nothing changes" in text
    assert "No charges yet. Statement" not in text
    assert "First one on" not in text


def test_read_only_says_that_its_days_are_not_charged() -> None:
    org = found()
    text = text_of(logged_in(org), url(org))
    assert "Tracker is Read only. Days on which nobody can change issues are not charged." in text


@pytest.mark.parametrize("state", [State.INACTIVE, State.DEACTIVATED, State.DELETING, State.DELETED])
def test_state_without_a_tracker_has_a_page(state: State) -> None:
    org = found()
    clock = {"trial_ends_at": None} if state == State.INACTIVE else {"retention_ends_at": noon(28)}
    Organization.objects.filter(pk=org.pk).update(state=state, **clock)
    assert "Tracker is off. Days on which it is off are not charged." in text_of(logged_in(org), url(org))


def test_money_is_the_companys() -> None:
    org = found(country="RU")
    hold(org, staff(org, 6), noon(3))
    text = text_of(logged_in(org), url(org))
    assert "How RUB 2,640.00 adds up" in text
    assert "VAT is included." in text


def test_says_who_pays(org: Organization, owner: Client) -> None:
    assert "Paid as" not in text_of(owner, url(org))
    save(org.memberships.get(role="owner"), NOW)
    assert "Paid as a legal entity, Northwind Robotics GmbH. Payment details management" in text_of(owner, url(org))
    person = {"first_name": "Anna", "last_name": "Petrova", "company_name": ""}
    save(org.memberships.get(role="owner"), NOW, kind=PayerKind.INDIVIDUAL, **person)
    assert "Paid as an individual, Anna Petrova. Payment details management" in text_of(owner, url(org))


def test_tip_says_that_one_saving_is_enough_for_a_swap(org: Organization, owner: Client) -> None:
    text = text_of(owner, url(org))
    assert "To replace someone, revoke first, then grant: one saving with both is enough." in text


def test_trial_that_is_over_counts_before_any_job(org: Organization) -> None:
    late = found("Late", at=noon(20) - lifecycle.TRIAL)
    hold(late, staff(late, 6), noon(15))
    assert late.state == State.TRIAL
    assert "10 of 30 days count" in text_of(logged_in(late), url(late))


def test_pages_ask_the_same_number_of_things_however_many_people(org: Organization, owner: Client) -> None:
    before = [queries_of(owner, url(org, name)) for name in ("detailed", "day")]
    hold(org, staff(org, 30), noon(24))
    assert [queries_of(owner, url(org, name)) for name in ("detailed", "day")] == before
    assert max(before) <= 13


@pytest.mark.parametrize(("name", "query"), [("detailed", ""), ("detailed", "?format=csv"), ("day", "")])
def test_only_administrators_see_it(org: Organization, name: str, query: str) -> None:
    client = Client()
    client.force_login(org.memberships.order_by("-pk")[0].user)
    assert client.get(url(org, name, query)).status_code == 403
    stranger = make_company("Southwind Foods").memberships.get()
    client.force_login(stranger.user)
    assert client.get(url(org, name, query)).status_code == 404
    assert Client().get(url(org, name, query)).status_code == 302


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?month=2026-11", 200),
        ("?month=2026-11-25", 200),
        ("?month=2026-12", 404),
        ("?month=2026-08", 404),
        ("?month=9999-12", 404),
        ("?month=0000-01", 400),
        ("?month=2026-13", 400),
        ("?month=2026-02-31", 400),
        ("?month=", 400),
        ("?month=x", 400),
    ],
)
def test_month_that_is_none_is_said_to_be_none(org: Organization, owner: Client, query: str, status: int) -> None:
    assert owner.get(url(org, query=query)).status_code == status


@pytest.mark.parametrize(
    ("query", "status"),
    [("?day=2026-09-01", 200), ("?day=2026-08-31", 404), ("?day=2026-11-26", 404), ("?day=1", 400), ("?after=x", 400)],
)
def test_day_that_is_none_is_said_to_be_none(org: Organization, owner: Client, query: str, status: int) -> None:
    assert owner.get(url(org, "day", query)).status_code == status
