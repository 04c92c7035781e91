"""The cursor of a list, and the rows beyond it."""

from __future__ import annotations

import base64
import json
import sys

import pytest
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.test import RequestFactory

from orgs.lists import paging
from orgs.tenancy.organization_models import Organization

pytestmark = pytest.mark.django_db
ONE_DIRECTION, MIXED = [("sort_name", "id"), ("-sort_name", "-id")], [("-sort_name", "id"), ("sort_name", "-id")]


@pytest.fixture
def companies() -> QuerySet[Organization]:
    """Nine companies under three names."""
    names = ["Ash", "birch", "Cedar"] * 3
    rows = [Organization(slug=f"c{n}", name=name, created_at="2026-01-01T00:00Z") for n, name in enumerate(names)]
    Organization.objects.bulk_create(rows)
    found: QuerySet[Organization] = Organization.objects.annotate(sort_name=Lower("name"))
    return found


def page(companies: QuerySet[Organization], query: str, keys: tuple[str, ...]) -> paging.Page:
    return paging.paginate(companies, RequestFactory().get(f"/{query}"), keys=keys, size=2)


@pytest.mark.parametrize("keys", [*ONE_DIRECTION, *MIXED])
def test_pages_hold_every_row_once_in_order_forward_and_back(
    keys: tuple[str, ...], companies: QuerySet[Organization]
) -> None:
    forward, backward, query = [], [], "?"
    while query:
        last, query = query, (shown := page(companies, query, keys)).next_url
        forward.append([row.pk for row in shown.rows])
    while last:
        shown = page(companies, last, keys)
        backward.append([row.pk for row in shown.rows])
        last = shown.previous_url
    assert [pk for rows in forward for pk in rows] == list(companies.order_by(*keys).values_list("pk", flat=True))
    assert backward == forward[::-1]


def test_empty_parameter_says_nothing(companies: QuerySet[Organization]) -> None:
    keys = ("sort_name", "id")
    second = page(companies, page(companies, "?", keys).next_url, keys)
    assert page(companies, "?after=", keys) == page(companies, "?", keys)
    assert page(companies, f"{second.previous_url}&after=", keys).rows == page(companies, "?", keys).rows


@pytest.mark.parametrize("keys", ONE_DIRECTION)
def test_directions_that_are_one_make_one_comparison_of_rows(
    keys: tuple[str, ...], companies: QuerySet[Organization]
) -> None:
    cursor = paging.encode(["birch", 1])
    sign = "<" if keys[0].startswith("-") else ">"
    order = list(keys)
    found = companies.filter(paging._beyond(companies, order, paging.decode(cursor, 2)))
    assert f'ROW(LOWER("orgs_organization"."name"), "orgs_organization"."id") {sign} ROW((SELECT birch), 1)' in str(
        found.query
    )


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["a"],
        ["a", 1, 1],
        {"a": 1, "b": 2},
        "ab",
        [1, 1],
        ["a", "1"],
        ["a", 2**63],
        ["a", -(2**63) - 1],
        ["a", True],
        ["a", 1.0],
        ["a", None],
        ["a", [1]],
        [["a"], 1],
        ["a\0", 1],
        ["\ud800", 1],
    ],
)
@pytest.mark.parametrize("keys", [*ONE_DIRECTION, *MIXED])
def test_values_that_do_not_fit_are_a_bad_request(
    keys: tuple[str, ...], values: object, companies: QuerySet[Organization]
) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    with pytest.raises(BadRequest):
        page(companies, f"?after={cursor}", keys)


@pytest.mark.parametrize("text", ["[" * 100_000, "[1" + "0" * sys.get_int_max_str_digits() + "]", "[1,", "NaN", "\xff"])
def test_text_that_is_no_cursor_is_a_bad_request(text: str) -> None:
    with pytest.raises(BadRequest):
        paging.decode(base64.urlsafe_b64encode(text.encode("latin-1")).decode(), 1)


@pytest.mark.parametrize(
    ("at", "fits"),
    [
        ("2026-01-01T00:00:00+00:00", True),
        ("2026-01-01T00:00:00+23:59", True),
        ("9999-12-31T23:59:59.999999+00:00", True),
        ("9999-12-31T23:59:59.999999-23:59", False),
        ("0001-01-01T00:00:00+23:59", False),
        ("2026-01-01T00:00:00", False),
        ("2026-01-01", False),
        ("2026-02-30T00:00:00+00:00", False),
        ("noon", False),
        ("", False),
        (0, False),
    ],
)
def test_instant_needs_its_zone(at: object, fits: bool, companies: QuerySet[Organization]) -> None:
    query = f"?before={paging.encode([at, 1])}"
    if fits:
        assert len(page(companies, query, ("-created_at", "-id")).rows) in (0, 2)
    else:
        with pytest.raises(BadRequest):
            page(companies, query, ("-created_at", "-id"))
