"""`Full access by day`: the picture, and the file of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from billing.pricing import price_lists
from billing.seats.monthly_usage import Month
from billing.seats.seat_intervals import Curve
from billing.usage import chart
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOVEMBER
from tests.billing.usage.pages import url

pytestmark = pytest.mark.django_db


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
    month = Month(NOVEMBER, Curve([], standing=number), [], None, price_lists.on("USD", NOVEMBER))
    assert chart.draw(month, days=30, today=NOVEMBER).has_long_signs is is_long


def test_picture_is_told_in_a_sentence(org: Organization, owner: Client) -> None:
    html = owner.get(url(org)).content.decode()
    sentence = "It begins with 6, has its peak of 9 on 12 November, and ends with 8. The peak sets the price."
    assert f'aria-label="Full access by day in November. {sentence}"' in html


def test_there_is_no_style_in_the_page(org: Organization, owner: Client) -> None:
    html = owner.get(url(org)).content.decode()
    assert "style=" not in html
    assert "<style" not in html


@pytest.mark.parametrize("day", [1, 2, 15, 25, 28, 29, 30])
def test_today_stands_under_its_bar(day: int) -> None:
    month = Month(NOVEMBER, Curve([], standing=4), [], None, price_lists.on("USD", NOVEMBER))
    drawn = chart.draw(month, days=day, today=NOVEMBER.replace(day=day))
    [today] = [label for label in drawn.labels if label.date is None]
    bar = float(drawn.bars[day - 1].x.rstrip("%"))
    middle = bar + float(drawn.bar_width.rstrip("%")) / 2
    assert (today.anchor, float(today.x.rstrip("%"))) == ("middle", pytest.approx(middle, abs=0.02))
