"""`Detailed view` and the seats of a day, as administrators see them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing import charging, chart, prices
from billing.charging import Due
from billing.intervals import Curve
from billing.models import PayerKind
from billing.month import Month
from orgs import lifecycle
from orgs.models import Department, Membership, Organization, State, Team
from orgs.scopes import company_scope
from tests.billing import books
from tests.billing.companies import DAY, NOVEMBER, NOW, OCTOBER, found, hold, noon, staff
from tests.billing.payers import save
from tests.factories import make_company
from tests.portal.queries import queries_of

pytestmark = pytest.mark.django_db

Get = Callable[..., str]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    """Six had full access from 3 October, nine on the 12th of November, eight since the next day.

    October was charged from $100.00.
    """
    org = found()
    people = staff(org, 9)
    books.top_up(org, 100_00, noon(1, 10), key="transfer")
    hold(org, people[:6], noon(3, 10))
    charging.charge(Due(org.pk, OCTOBER), now=noon(2))
    org.refresh_from_db()
    hold(org, people, noon(12))
    hold(org, people[:8], noon(13))
    return org


@pytest.fixture
def owner(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client


def url(org: Organization, name: str = "detailed", query: str = "") -> str:
    return reverse(f"billing:{name}", args=[org.slug]) + query


def text_of(client: Client, address: str) -> str:
    """What the page says, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    html = re.sub(r"<(svg|use)\b[^>]*>|</?(text|line|rect)\b[^>]*>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


# --- Detailed view ----------------------------------------------------------------------------------------
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
    assert "Nothing is charged before 10 Dec 2026, when the free trial ends" in text
    assert "The first day that counts is 11 Dec 2026" in text
    assert "First charge 2 Jan Estimate: $13.45, if nothing changes" in text
    assert "Balance $0.00 Top up Does not cover the charge on 2 Jan 2027" in text
    assert "No charges yet. First one on 2 Jan 2027." in text
    assert "Monthly total $19.86 6 users with Full access now" in text
    assert "sets the price" not in text


def logged_in(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client


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


# --- who pays ---------------------------------------------------------------------------------------------
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


# --- a day ------------------------------------------------------------------------------------------------
def test_day_opens_to_who_from_when_to_when_and_because_of_what(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    text = text_of(owner, url(org, "day", "?day=2026-11-12"))
    assert "Full access on 12 November 2026" in text
    assert f"{person.name} 12 Nov 2026, 12:00 13 Nov 2026, 12:00 Given to the person" in text
    assert text.count("still Given to the person") == 8


def test_day_before_and_after_do_not_show_it(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    days = [text_of(owner, url(org, "day", f"?day=2026-11-{day}")) for day in (11, 13, 14)]
    assert [f"{person.name} 12 Nov 2026" in text for text in days] == [False, True, False]


def test_sources_are_named_as_they_are_called_now(org: Organization, owner: Client) -> None:
    one, two, three, four = staff(org, 4)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        team = Team.objects.create(org=org, name="Platform")
        department = Department.objects.create(org=org, parent=root, name="Software")
    codes = {one: f"team:{team.public_id}", two: f"department:{department.public_id}", three: "team:gone"}
    codes[four] = f"department:{root.public_id}"
    for number, (person, code) in enumerate(codes.items()):
        hold(org, [person], noon(20 + number), because=code)
    text = "".join(text_of(owner, url(org, "day", f"?day=2026-11-{20 + number}")) for number in range(4))
    assert all(said in text for said in ("Team Platform", "Department Software", "Team (deleted)"))
    assert f"Department {root.name}" in text


def test_mistake_is_shown_and_said_to_be_left_out(org: Organization, owner: Client) -> None:
    [person] = staff(org, 1)
    others = list(org.memberships.filter(pk__lt=person.pk).order_by("pk")[1:9])
    hold(org, [*others, person], noon(20))
    hold(org, others, noon(20) + dt.timedelta(minutes=29))
    text = text_of(owner, url(org, "day", "?day=2026-11-20"))
    assert f"{person.name} 20 Nov 2026, 12:00 20 Nov 2026, 12:29 Under 30 minutes, left out" in text
    assert text.count("left out") == 1
    assert "Peak of 9 users" in text_of(owner, url(org))


def test_short_one_that_goes_on_without_a_gap_is_no_mistake(org: Organization, owner: Client) -> None:
    [person] = staff(org, 1)
    hold(org, [person], noon(20))
    hold(org, [], noon(20) + dt.timedelta(minutes=10))
    hold(org, [person], noon(20) + dt.timedelta(minutes=10))
    assert "left out" not in text_of(owner, url(org, "day", "?day=2026-11-20"))


def test_day_without_anybody(org: Organization, owner: Client) -> None:
    assert "Nobody had Full access" in text_of(owner, url(org, "day", "?day=2026-09-10"))


def test_day_is_paged(org: Organization, owner: Client) -> None:
    hold(org, staff(org, 60), noon(24))
    first = owner.get(url(org, "day")).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert first.count("Given to the person") == 50
    assert following
    second = owner.get(url(org, "day") + following[1].replace("&amp;", "&")).content.decode()
    assert second.count("Given to the person") == 10


def test_pages_ask_the_same_number_of_things_however_many_people(org: Organization, owner: Client) -> None:
    before = [queries_of(owner, url(org, name)) for name in ("detailed", "day")]
    hold(org, staff(org, 30), noon(24))
    assert [queries_of(owner, url(org, name)) for name in ("detailed", "day")] == before
    assert max(before) <= 9


# --- doors and addresses ----------------------------------------------------------------------------------
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


# --- the file ---------------------------------------------------------------------------------------------
def test_chart_is_saved_as_a_file(org: Organization, owner: Client) -> None:
    assert 'href="?month=2026-11&amp;format=csv"' in owner.get(url(org)).content.decode()
    answer = owner.get(url(org, query="?month=2026-11&format=csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="full-access-2026-11.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Date (UTC),Full access,Charged"
    assert lines[11:15] == [
        "2026-11-11,6,Yes",
        '2026-11-12,9,"Yes, the peak"',
        '2026-11-13,9,"Yes, the peak"',
        "2026-11-14,8,Yes",
    ]
    assert lines[-1] == "2026-11-25,8,Yes"


def test_file_is_of_the_month_that_is_shown(org: Organization, owner: Client) -> None:
    lines = owner.get(url(org, query="?month=2026-10&format=csv")).content.decode("utf-8-sig").splitlines()
    assert (lines[1], len(lines)) == ("2026-10-01,0,No", 1 + 31)


@pytest.mark.parametrize("query", ["?format=xls", "?month=2026-13&format=csv"])
def test_file_that_is_none_is_said_to_be_none(org: Organization, owner: Client, query: str) -> None:
    assert owner.get(url(org, query=query)).status_code == 400


# --- the picture ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("largest", "marks"),
    [(0, ["0", "1"]), (4, ["0", "1", "2", "3", "4"]), (52, ["0", "20", "40", "60"]), (1000, ["0", "500", "1,000"])],
)
def test_scale_has_round_numbers(largest: int, marks: list[str]) -> None:
    scale = chart._Scale(largest, 30)
    assert [f"{scale.step * line:,}" for line in range(scale.lines + 1)] == marks


def test_bars_to_come_are_outlines_and_days_that_are_free_are_pale(org: Organization, owner: Client) -> None:
    kinds = re.findall(r"chart__bar--(\w+)", owner.get(url(org)).content.decode())
    assert kinds == ["counted"] * 11 + ["peak"] * 2 + ["counted"] * 12 + ["ahead"] * 5
    kinds = re.findall(r"chart__bar--(\w+)", owner.get(url(org, query="?month=2026-10")).content.decode())
    assert kinds == ["free"] * 2 + ["peak"] * 29


def test_picture_is_as_high_on_a_phone(org: Organization, owner: Client) -> None:
    """Its width is the page's: places across are percentages, so neither bars nor letters shrink with it."""
    picture = owner.get(url(org)).content.decode().partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert "viewBox" not in picture
    places = re.findall(r' (?:x|x2|width)="([^"]*)"', picture)
    assert len(places) > 60
    assert [place for place in places if not place.endswith("%")] == ["-8"] * picture.count('x="-8"')


@pytest.mark.parametrize(("number", "is_long"), [(5, False), (800, False), (801, True)])
def test_long_numbers_of_the_scale_have_room(number: int, is_long: bool) -> None:
    month = Month(NOVEMBER, Curve([], standing=number), [], None, prices.on("USD", NOVEMBER))
    assert chart.draw(month, days=30, today=NOVEMBER).has_long_signs is is_long


def test_picture_is_told_in_a_sentence(org: Organization, owner: Client) -> None:
    html = owner.get(url(org)).content.decode()
    sentence = "It begins with 6, has its peak of 9 on 12 November, and ends with 8. The peak sets the price."
    assert f'aria-label="Full access by day in November. {sentence}"' in html


def test_there_is_no_style_in_the_page(org: Organization, owner: Client) -> None:
    html = owner.get(url(org)).content.decode()
    assert "style=" not in html
    assert "<style" not in html


def test_trial_that_is_over_counts_before_any_job(org: Organization) -> None:
    late = found("Late", at=noon(20) - lifecycle.TRIAL)
    hold(late, staff(late, 6), noon(15))
    assert late.state == State.TRIAL
    assert "10 of 30 days count" in text_of(logged_in(late), url(late))


def test_former_member_stands_in_the_journal(org: Organization, owner: Client) -> None:
    person = org.memberships.order_by("-pk")[0]
    Membership.objects.filter(pk=person.pk).update(ended_at=NOW)
    assert person.name in text_of(owner, url(org, "day", "?day=2026-11-12"))
