"""What it takes to charge many companies with a hundred seats each: time, statements and memory; linear in companies.

The rows are written straight in the database; the month is charged by the product.
"""

from __future__ import annotations

import datetime as dt
import resource
import time

import pytest
from django.db import connection

from billing.charging import monthly_charge
from billing.ledger.charge_models import Charge
from orgs.tenancy.scopes import platform_scope
from tests.database import as_owner
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.bench]

NOW = dt.datetime(2026, 12, 2, 3, tzinfo=dt.UTC)
SEATS = 100
PRICE = 331_00
COUNTED, FEW, MANY = 100, 1_000, 10_000  # companies; the statements of the first are counted, which takes time
SINCE = "'2026-10-05 12:00+00'::timestamptz"
FILL = f"""
INSERT INTO orgs_organization (slug, name, country, currency, time_zone, language, requires_two_factor, account_limit,
    created_at, state, activated_at, trial_ends_at, full_seats, free_seats, payer_ready)
SELECT 'bench-' || n, 'Bench ' || n, 'DE', 'USD', 'UTC', 'en', false, 1000,
    {SINCE} - interval '40 days', 'active', {SINCE} - interval '40 days', {SINCE} - interval '10 days', {SEATS}, 5, true
FROM generate_series(%s, %s) n;
INSERT INTO orgs_auditevent (org_id, number, at, action, target, data, previous_hash, hash)
SELECT id, 1, {SINCE}, 'tracker.trial_end', '', '{{"from": "trial", "to": "active"}}', '', ''
FROM orgs_organization o WHERE slug LIKE 'bench-%%' AND NOT EXISTS (SELECT FROM orgs_auditevent e WHERE e.org_id = o.id);
INSERT INTO orgs_department (org_id, public_id, name) SELECT id, 'root', name FROM orgs_organization o
WHERE slug LIKE 'bench-%%' AND NOT EXISTS (SELECT FROM orgs_department d WHERE d.org_id = o.id);
INSERT INTO orgs_membership (org_id, user_id, department_id, public_id, role, level, joined_at, block_reason,
    created_here)
SELECT d.org_id, u.id, d.id, 'm' || u.id, 'employee', 'full', {SINCE}, '', false
FROM orgs_department d, users_user u WHERE NOT EXISTS (SELECT FROM orgs_membership m WHERE m.org_id = d.org_id);
INSERT INTO billing_seatinterval (org_id, member_id, started_at, because)
SELECT org_id, id, {SINCE} + (id %% 5) * interval '1 day', 'person' FROM orgs_membership m
WHERE NOT EXISTS (SELECT FROM billing_seatinterval s WHERE s.org_id = m.org_id);
"""


@pytest.fixture
def people(transactional_db: None) -> None:
    User.objects.bulk_create(
        User(email=f"bench{n}@example.com", first_name="A", last_name="B", password="!") for n in range(SEATS)
    )


def fill(first: int, last: int) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(FILL, [first, last])


def charge_november(number: int) -> float:
    """Seconds for all that is due; every company is charged the same."""
    began = time.perf_counter()
    done = [monthly_charge.charge(each, now=NOW) for each in monthly_charge.due(dt.date(2026, 11, 1))]
    took = time.perf_counter() - began
    assert len(done) == number
    assert {charge.amount for charge in done if charge} == {PRICE}
    return took


def test_ten_thousand_companies_are_charged_in_linear_time(people: None, capsys: pytest.CaptureFixture[str]) -> None:
    fill(1, COUNTED)
    with counted_queries() as found:
        charge_november(COUNTED)
    fill(COUNTED + 1, COUNTED + FEW)
    few = charge_november(FEW)
    fill(COUNTED + FEW + 1, COUNTED + FEW + MANY)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = charge_november(MANY)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    with platform_scope():
        assert Charge.objects.count() == COUNTED + FEW + MANY
    with capsys.disabled():
        print(
            f"\n{FEW} companies: {few:.1f} s, {len(found) / COUNTED:.1f} statements each;"
            f" {MANY}: {many:.1f} s, {many / few / (MANY / FEW):.2f} of linear, {grown // 1024} MiB more"
        )
    assert many / few < 1.5 * MANY / FEW
