"""Keys and indexes against PostgreSQL's catalogue: every reference stays inside the company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import ForeignKey, Model

from orgs.tenancy.membership_models import Membership
from tests.guards.catalogue import assert_sees, column, composite_keys, rows
from tests.guards.project import assert_known, secured_models, tables_of, tenant_models

pytestmark = pytest.mark.django_db

INDEXES_WITHOUT_COMPANY = {
    "billing_document_number": "a document's number is unique in the series of all companies",
    "billing_topup_provider": "a provider's payment is one payment, whoever made it",
    "billing_takeback_provider": "a provider's refund or dispute is one, whoever paid",
    "billing_topup_reference": "a bank transfer names its reference and nothing else",
    "billing_topup_waiting": "beat asks the provider about all companies' payments that wait",
    "orgs_mail_key_key": "a mail's key is unique in the whole outbox",
    "orgs_mail_key_1638d5a8_like": "Django's companion of the former, for LIKE",
    "orgs_mail_due": "the drainer asks for all companies' due mail",
    "orgs_domain_one_company": "a domain is verified by one company only",
    "orgs_domain_daily": "the daily look-up asks for all companies' verified domains",
    "orgs_domain_wanted": "beat asks for all companies' domains that somebody waits for",
    "orgs_invitation_to_remind": "beat asks for all companies' invitations that end soon",
    "orgs_job_due": "the worker asks for all companies' due jobs",
    "orgs_job_expired": "the worker asks for all companies' files whose time is over",
}


def constraints(model: type[Model], field: ForeignKey[Any, Any]) -> list[tuple[Any, ...]]:
    """The foreign keys that hold the field's column: columns, table and columns there, when they are checked."""
    sql = """
        SELECT (SELECT array_agg(attname::text ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY k(a, n)
                JOIN pg_attribute ON attrelid = conrelid AND attnum = k.a),
               confrelid::regclass::text,
               (SELECT array_agg(attname::text ORDER BY k.n) FROM unnest(confkey) WITH ORDINALITY k(a, n)
                JOIN pg_attribute ON attrelid = confrelid AND attnum = k.a),
               condeferrable, condeferred, confdeltype::text
        FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass
    """
    return [row for row in rows(sql, model._meta.db_table) if field.column in row[0]]


def test_every_reference_stays_inside_the_company() -> None:
    keys = composite_keys()
    assert len(keys) >= 5
    found = {name: constraints(model, field) for name, (model, field) in keys.items()}
    assert found == {
        name: [(["org_id", field.column], field.related_model._meta.db_table, ["org_id", "id"], True, True, "a")]  # type: ignore[union-attr]
        for name, (_, field) in keys.items()
    }


def test_every_row_can_be_referenced_with_its_company() -> None:
    sql = """SELECT array_agg(attname::text ORDER BY k.n) FROM pg_constraint, unnest(conkey) WITH ORDINALITY k(a, n)
             JOIN pg_attribute ON attnum = k.a WHERE contype = 'u' AND attrelid = conrelid AND conrelid = %s::regclass
             GROUP BY pg_constraint.oid"""
    tables = tables_of([*tenant_models(), Membership])
    assert [table for table in tables if ["org_id", "id"] not in column(sql, table)] == []


def test_every_row_always_has_a_company() -> None:
    sql = "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'org_id'"
    assert [table for table in tables_of(tenant_models()) if column(sql, table) != [True]] == []


def test_every_index_of_a_tenant_table_begins_with_the_company() -> None:
    tables = tables_of(secured_models())
    sql = """SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisprimary"""
    found = rows(sql, tables)
    assert len(found) >= len(tables)
    other = {name for name, first in found if first != "org_id"}
    assert_known(other, INDEXES_WITHOUT_COMPANY, what="indexes that do not begin with org_id")


CONTROLS = [
    (
        "ALTER TABLE orgs_teammember DROP CONSTRAINT orgs_teammember_team_id_in_company",
        test_every_reference_stays_inside_the_company,
    ),
    (
        "ALTER TABLE orgs_teammember ADD FOREIGN KEY (team_id) REFERENCES orgs_team (id)",
        test_every_reference_stays_inside_the_company,
    ),
    (
        "ALTER TABLE orgs_team DROP CONSTRAINT orgs_team_org_and_id CASCADE",
        test_every_row_can_be_referenced_with_its_company,
    ),
    ("ALTER TABLE orgs_team ALTER org_id DROP NOT NULL", test_every_row_always_has_a_company),
    ("CREATE INDEX by_name ON orgs_team (name)", test_every_index_of_a_tenant_table_begins_with_the_company),
]


@pytest.mark.parametrize(("change", "guard"), CONTROLS, ids=[change for change, _ in CONTROLS])
def test_control_guard_sees_the_change(change: str, guard: Callable[[], None]) -> None:
    assert_sees(guard, change)
