"""The models against PostgreSQL's catalogue: whatever a migration forgot is named here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from orgs.models import Membership, Team, TeamMember
from orgs.tenancy import TenantModel
from tests.guards.project import assert_known, labels, own_models, secured_models, tenant_models
from users.models import User

pytestmark = pytest.mark.django_db

OUTSIDE = {
    "orgs.Organization": "the company itself; read before the company is known",
    "orgs.Membership": "read to learn the company; guarded by composite references instead",
    "orgs.TrialRequest": "belongs to a person whose company does not exist yet",
    "orgs.SentForm": "belongs to a person; the form may found the company",
    "orgs.Brake": "the operator's switch that stops the deletions of all companies",
    "orgs.JoinToken": "read before the company is known; it holds a token's digest and the company, nothing else",
    "orgs.Mail": "mails about an account belong to no company; it is under row security all the same",
    "billing.PriceList": "what is charged; the same for all companies",
    "billing.DocumentSeries": "the last number of a year's documents, of all companies together",
    "billing.ProviderEvent": "what a payment provider sent; it is read before the company is known",
    "users.User": "a person, who may belong to several companies",
}
LIBRARIES = {
    "admin": "Django admin's log of what operators did",
    "account": "allauth: addresses of people, read at login",
    "auth": "Django's permissions and groups, unused",
    "contenttypes": "Django's list of models",
    "mfa": "allauth: second factors of people, read between the password and the session",
    "sessions": "read before the person is known",
    "usersessions": "allauth: where people are logged in; a person may belong to several companies",
}
# What the scope roles may do with tables outside row security; everything else is shut to them.
GRANTS_OUTSIDE = {
    "orgs_organization": {"SELECT", "UPDATE"},
    "orgs_membership": {"SELECT", "INSERT", "UPDATE"},
    "orgs_jointoken": {"SELECT", "INSERT"},
    "users_user": {"SELECT"},
    "orgs_sentform": {"SELECT", "INSERT", "UPDATE"},
    "account_emailaddress": {"SELECT"},  # which addresses a person has proved
    "billing_pricelist": {"SELECT"},
    "billing_documentseries": {"SELECT", "INSERT", "UPDATE"},
    # money: what stands stays; the columns below change
    "billing_account": {"SELECT", "INSERT"},
    "billing_topup": {"SELECT", "INSERT"},
    "billing_takeback": {"SELECT", "INSERT"},
}
GRANTS_OF_THE_TENANT = {  # a company creates accounts on its domain (`access/accounts.py`)
    "users_user": {"SELECT", "INSERT"},
    "account_emailaddress": {"SELECT", "INSERT"},
}
GRANTS_OF_THE_PLATFORM = {
    "django_content_type": {"SELECT"},
    "django_admin_log": {"SELECT", "INSERT"},
    "orgs_brake": {"SELECT", "INSERT", "UPDATE"},
    "billing_pricelist": {"SELECT", "INSERT", "UPDATE", "DELETE"},  # a trigger keeps what is in effect
    "billing_providerevent": {"SELECT", "INSERT"},
    "mfa_authenticator": {"DELETE"},  # an operator takes a lost second factor away
}
# What a company may change of an account that it created (the verbs ask whether it did), and its logout.
MANAGED = ("first_name", "last_name", "birth_date", "password", "first_password_ends_at", "sessions_ended")
SEEN_BY_COLUMN = {
    *(("users_user", column, "tracker_tenant", "UPDATE") for column in MANAGED),
    ("users_user", "sessions_ended", "tracker_platform", "UPDATE"),  # an operator ends them with a lost second factor
    # a company's page tells that all deletions wait, not what the operator wrote about it
    ("orgs_brake", "id", "tracker_tenant", "SELECT"),
    ("orgs_brake", "released_at", "tracker_tenant", "SELECT"),
    # whether an administrator has a second factor, not its secret
    ("mfa_authenticator", "user_id", "tracker_tenant", "SELECT"),
    ("mfa_authenticator", "type", "tracker_tenant", "SELECT"),
    ("mfa_authenticator", "user_id", "tracker_platform", "SELECT"),
    ("mfa_authenticator", "type", "tracker_platform", "SELECT"),
    # the end of a seat is written once; a trigger refuses every other change
    ("billing_seatinterval", "ended_at", "tracker_tenant", "UPDATE"),
    ("billing_seatinterval", "ended_at", "tracker_platform", "UPDATE"),
    *(("billing_account", "balance", role, "UPDATE") for role in ("tracker_tenant", "tracker_platform")),
    *(
        ("billing_topup", column, role, "UPDATE")
        for column in ("state", "provider", "provider_id", "settled_at", "entry_id")
        for role in ("tracker_tenant", "tracker_platform")
    ),
    # when the provider was last asked about a payment
    ("billing_topup", "asked_at", "tracker_tenant", "UPDATE"),
    ("billing_topup", "asked_at", "tracker_platform", "UPDATE"),
    *(("billing_takeback", "state", role, "UPDATE") for role in ("tracker_tenant", "tracker_platform")),
}
ALL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
SCOPE_ROLES = ("tracker_tenant", "tracker_platform")
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


def rows(sql: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def column(sql: str, *params: object) -> list[Any]:
    return [row[0] for row in rows(sql, *params)]


def references(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """A model's references to other rows of its company."""
    fields = [field for field in model._meta.get_fields() if isinstance(field, ForeignKey)]
    return [field for field in fields if issubclass(field.related_model, TenantModel | Membership)]  # type: ignore[arg-type]


def composite_keys() -> list[Any]:
    return [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model in [*secured_models(), Membership]
        for field in references(model)
    ]


def test_every_model_belongs_to_a_company_or_says_why_not() -> None:
    outside = {model._meta.label for model in own_models() if not issubclass(model, TenantModel)}
    assert_known(outside, OUTSIDE, what="models that belong to no company")
    assert len(tenant_models()) >= 4


def test_every_library_with_tables_is_known() -> None:
    ours = {model._meta.app_label for model in own_models()}
    libraries = {model._meta.app_label for model in apps.get_models()} - ours
    assert_known(libraries, LIBRARIES, what="libraries with tables of their own")


def test_people_in_tenant_rows_are_memberships_not_users() -> None:
    fields = [field for model in tenant_models() for field in model._meta.get_fields()]
    assert [str(field) for field in fields if field.is_relation and field.related_model is User] == []


@pytest.mark.parametrize("model", secured_models(), ids=labels(secured_models()))
def test_row_security_is_enabled_and_forced(model: type[Model]) -> None:
    table = model._meta.db_table
    assert rows("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [
        (True, True)
    ]


@pytest.mark.parametrize("model", secured_models(), ids=labels(secured_models()))
def test_table_has_exactly_the_two_policies(model: type[Model]) -> None:
    own = "(org_id = (NULLIF(current_setting('app.org_id'::text, true), ''::text))::bigint)"
    sql = """SELECT policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies
             WHERE schemaname = 'public' AND tablename = %s ORDER BY policyname"""
    assert rows(sql, model._meta.db_table) == [
        ("platform", "PERMISSIVE", ["tracker_platform"], "ALL", "true", "true"),
        ("tenant", "PERMISSIVE", ["tracker_tenant"], "ALL", own, own),
    ]


def test_no_other_table_has_policies_and_every_tenant_table_was_looked_at() -> None:
    tables = {model._meta.db_table for model in secured_models()}
    assert set(column("SELECT tablename FROM pg_policies")) == tables


def append_only_tables() -> set[str]:
    return set(
        column("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O'")
    )


@pytest.mark.parametrize("role", SCOPE_ROLES)
def test_scope_roles_hold_exactly_their_grants(role: str) -> None:
    """The owner's own privileges do not count here: they are behind the forced policies."""
    append_only = append_only_tables()
    assert "orgs_auditevent" in append_only
    wanted = {model._meta.db_table: ALL for model in secured_models()} | GRANTS_OUTSIDE
    wanted |= {table: {"SELECT", "INSERT"} for table in append_only}
    wanted |= GRANTS_OF_THE_PLATFORM if role == "tracker_platform" else GRANTS_OF_THE_TENANT
    sql = """SELECT relname, array_agg(privilege_type) FROM pg_class, aclexplode(relacl)
             WHERE relnamespace = 'public'::regnamespace AND grantee = %s::regrole GROUP BY relname"""
    assert {table: set(privileges) for table, privileges in rows(sql, role)} == wanted


def test_nothing_is_granted_to_everybody_and_little_by_column() -> None:
    everybody = (
        "SELECT relname FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace AND grantee = 0"
    )
    by_column = """SELECT relname, attname, grantee::regrole::text, privilege_type
                   FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)
                   WHERE relnamespace = 'public'::regnamespace"""
    assert column(everybody) == []
    assert set(rows(by_column)) == SEEN_BY_COLUMN


def test_no_view_and_no_function_with_its_owners_rights_goes_around_the_policies() -> None:
    views = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    assert column(views) == []
    assert column(functions) == []


@pytest.mark.parametrize(("model", "field"), composite_keys())
def test_reference_stays_inside_the_company(model: type[Model], field: ForeignKey[Any, Any]) -> None:
    sql = """
        SELECT (SELECT array_agg(attname::text ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY k(a, n)
                JOIN pg_attribute ON attrelid = conrelid AND attnum = k.a),
               confrelid::regclass::text,
               (SELECT array_agg(attname::text ORDER BY k.n) FROM unnest(confkey) WITH ORDINALITY k(a, n)
                JOIN pg_attribute ON attrelid = confrelid AND attnum = k.a),
               condeferrable, condeferred, confdeltype::text
        FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass
    """
    constraints = [row for row in rows(sql, model._meta.db_table) if field.column in row[0]]
    target = field.related_model._meta.db_table  # type: ignore[union-attr]
    assert constraints == [(["org_id", field.column], target, ["org_id", "id"], True, True, "a")]


def test_references_were_found() -> None:
    assert len(composite_keys()) >= 5


@pytest.mark.parametrize("model", [*tenant_models(), Membership], ids=labels([*tenant_models(), Membership]))
def test_row_can_be_referenced_with_its_company(model: type[Model]) -> None:
    sql = """SELECT array_agg(attname::text ORDER BY k.n) FROM pg_constraint, unnest(conkey) WITH ORDINALITY k(a, n)
             JOIN pg_attribute ON attnum = k.a WHERE contype = 'u' AND attrelid = conrelid AND conrelid = %s::regclass
             GROUP BY pg_constraint.oid"""
    assert ["org_id", "id"] in column(sql, model._meta.db_table)


@pytest.mark.parametrize("model", tenant_models(), ids=labels(tenant_models()))
def test_row_always_has_a_company(model: type[Model]) -> None:
    sql = "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'org_id'"
    assert column(sql, model._meta.db_table) == [True]


def test_every_index_of_a_tenant_table_begins_with_the_company() -> None:
    tables = [model._meta.db_table for model in secured_models()]
    sql = """SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisprimary"""
    found = rows(sql, tables)
    assert len(found) >= len(tables)
    other = {name for name, first in found if first != "org_id"}
    assert_known(other, INDEXES_WITHOUT_COMPANY, what="indexes that do not begin with org_id")


def team_stays_inside() -> None:
    test_reference_stays_inside_the_company(TeamMember, TeamMember._meta.get_field("team"))


CONTROLS = [
    ("ALTER TABLE orgs_team DISABLE ROW LEVEL SECURITY", lambda: test_row_security_is_enabled_and_forced(Team)),
    ("ALTER TABLE orgs_team NO FORCE ROW LEVEL SECURITY", lambda: test_row_security_is_enabled_and_forced(Team)),
    ("ALTER POLICY tenant ON orgs_team USING (true)", lambda: test_table_has_exactly_the_two_policies(Team)),
    ("DROP POLICY platform ON orgs_team", lambda: test_table_has_exactly_the_two_policies(Team)),
    (
        "CREATE POLICY more ON users_user USING (true)",
        test_no_other_table_has_policies_and_every_tenant_table_was_looked_at,
    ),
    (
        "GRANT UPDATE ON orgs_auditevent TO tracker_tenant",
        lambda: test_scope_roles_hold_exactly_their_grants("tracker_tenant"),
    ),
    (
        "GRANT SELECT ON django_session TO tracker_tenant",
        lambda: test_scope_roles_hold_exactly_their_grants("tracker_tenant"),
    ),
    (
        "REVOKE DELETE ON orgs_team FROM tracker_platform",
        lambda: test_scope_roles_hold_exactly_their_grants("tracker_platform"),
    ),
    ("GRANT SELECT ON orgs_team TO PUBLIC", test_nothing_is_granted_to_everybody_and_little_by_column),
    ("GRANT SELECT (name) ON orgs_team TO tracker_tenant", test_nothing_is_granted_to_everybody_and_little_by_column),
    (
        "CREATE VIEW teams AS SELECT * FROM orgs_team",
        test_no_view_and_no_function_with_its_owners_rights_goes_around_the_policies,
    ),
    ("ALTER TABLE orgs_teammember DROP CONSTRAINT orgs_teammember_team_id_in_company", team_stays_inside),
    (
        "ALTER TABLE orgs_teammember ADD FOREIGN KEY (team_id) REFERENCES orgs_team (id)",
        team_stays_inside,
    ),
    (
        "ALTER TABLE orgs_team DROP CONSTRAINT orgs_team_org_and_id CASCADE",
        lambda: test_row_can_be_referenced_with_its_company(Team),
    ),
    ("ALTER TABLE orgs_team ALTER org_id DROP NOT NULL", lambda: test_row_always_has_a_company(Team)),
    ("CREATE INDEX by_name ON orgs_team (name)", test_every_index_of_a_tenant_table_begins_with_the_company),
]


@pytest.mark.parametrize(("change", "guard"), CONTROLS, ids=[change for change, _ in CONTROLS])
def test_control_guard_sees_the_change(change: str, guard: Callable[[], None]) -> None:
    guard()
    with connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(AssertionError):
        guard()
