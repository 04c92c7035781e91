"""Thirty workers are told of the same money at once: it is posted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from unittest import mock

import pytest
from django.db import connection

from billing.ledger.models import Entry
from billing.ledger.top_up_models import TopUp
from billing.top_ups import top_ups
from orgs.tenancy.membership_models import Role
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found
from tests.billing.ledger import books
from tests.billing.top_ups.topping_up import acts, begin

LATER = NOW + dt.timedelta(minutes=5)
PARALLEL = 30


def told_at_once(top_up: TopUp) -> list[str]:
    """Thirty workers are told of the same money at the same time; the names of the errors."""

    def tell(_: int) -> str:
        with closing(connection):
            try:
                top_ups.credit(top_up, now=LATER)
            except Exception as error:
                return type(error).__name__
        return ""

    with ThreadPoolExecutor(PARALLEL) as pool:
        return [error for error in pool.map(tell, range(PARALLEL)) if error]


@pytest.fixture
def top_up(transactional_db: None) -> Iterator[TopUp]:
    return begin(found().memberships.get(role=Role.OWNER))


@pytest.mark.django_db(transaction=True)
def test_thirty_workers_post_one_entry(top_up: TopUp) -> None:
    assert told_at_once(top_up) == []
    assert books.balance(top_up.org) == 100_00
    with company_scope(top_up.org_id):
        assert Entry.objects.count() == 1
    assert acts(top_up.org) == ["top_up.begin", "top_up.credit"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_thirty_workers_disagree(top_up: TopUp) -> None:
    """The unique key still keeps the money right, but each of them fails or says that it was the one."""

    def look(row: TopUp) -> TopUp:
        """The row as it was before anybody posted, for whoever comes."""
        return TopUp(**{field.attname: getattr(top_up, field.attname) for field in TopUp._meta.concrete_fields})

    with mock.patch.object(top_ups, "lock", look):
        errors = told_at_once(top_up)
    assert errors or acts(top_up.org) != ["top_up.begin", "top_up.credit"]
    assert books.balance(top_up.org) == 100_00
