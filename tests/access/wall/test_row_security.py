"""Row security: without a scope nothing is there, and in the scope of one company nothing of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model

from orgs.audit.models import AuditEvent
from orgs.mail.models import Mail
from orgs.people.models import Department
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import run_as_owner, undone
from tests.guards.project import tenant_models
from tests.guards.rows import INSTANT, build_row, make_row

pytestmark = pytest.mark.django_db

refused_row = pytest.raises(ProgrammingError, match="violates row-level security policy")
denied = pytest.raises(ProgrammingError, match="permission denied")


@pytest.fixture
def other(outsider: Membership) -> Organization:
    """Another company."""
    return outsider.org


@pytest.fixture
def rows(org: Organization, other: Organization) -> Callable[[type[Model]], tuple[Model, Model]]:
    """A row of each company."""

    def make(model: type[Model]) -> tuple[Model, Model]:
        with company_scope(org.pk):
            own = make_row(model, org)
        with company_scope(other.pk):
            foreign = make_row(model, other)
        return own, foreign

    return make


Rows = Callable[[type[Model]], tuple[Model, Model]]


@contextmanager
def without_row_security(model: type[Model]) -> Iterator[None]:
    """The control: what the same statements do when the protection is off."""
    run_as_owner(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")
    yield


def is_append_only(model: type[Model], role: str = "tracker_tenant") -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, 'DELETE')", [role, model._meta.db_table])
        return not cursor.fetchone()[0]


# --- without a scope --------------------------------------------------------------------------------------
def test_query_without_a_scope_sees_nothing(rows: Rows, subtests: pytest.Subtests) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            rows(model)
            assert model._default_manager.count() == 0


def test_query_without_a_scope_changes_and_deletes_nothing(
    rows: Rows, org: Organization, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            own, _ = rows(model)
            if is_append_only(model, "tracker"):  # nobody changes or deletes these at all
                with denied, transaction.atomic():
                    model._default_manager.update(org=org)
                continue
            assert model._default_manager.update(org=org) == 0
            assert model._default_manager.filter(pk=own.pk)._raw_delete(using="default") == 0
            with company_scope(org.pk):
                assert model._default_manager.filter(pk=own.pk).exists()


def test_insert_without_a_scope_is_refused(org: Organization, subtests: pytest.Subtests) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            with company_scope(org.pk):
                row = build_row(model, org)
            with refused_row, transaction.atomic():
                row.save(force_insert=True)


def test_control_in_its_scope_the_row_is_there(rows: Rows, org: Organization, subtests: pytest.Subtests) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            own, foreign = rows(model)
            with company_scope(org.pk):
                assert model._default_manager.filter(pk=own.pk).exists()
            with platform_scope():
                assert model._default_manager.filter(pk__in=[own.pk, foreign.pk]).count() == 2


def test_control_without_row_security_an_unscoped_query_sees_both_companies(
    rows: Rows, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            own, foreign = rows(model)
            with without_row_security(model):
                assert model._default_manager.filter(pk__in=[own.pk, foreign.pk]).count() == 2


# --- in the scope of one company --------------------------------------------------------------------------
def test_foreign_row_cannot_be_read(rows: Rows, org: Organization, subtests: pytest.Subtests) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            _, foreign = rows(model)
            with company_scope(org.pk):
                assert not model._default_manager.filter(pk=foreign.pk).exists()
                assert set(model._default_manager.values_list("org_id", flat=True)) == {org.pk}


def test_foreign_row_cannot_be_inserted(
    rows: Rows, org: Organization, other: Organization, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            with company_scope(other.pk):
                row = build_row(model, other)
            with refused_row, company_scope(org.pk):
                row.save(force_insert=True)


def test_foreign_row_cannot_be_changed_or_deleted(
    rows: Rows, org: Organization, other: Organization, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            _, foreign = rows(model)
            if is_append_only(model):  # nobody changes or deletes these at all
                with denied, company_scope(org.pk):
                    model._default_manager.filter(pk=foreign.pk).update(org=other)
                continue
            with company_scope(org.pk):
                assert model._default_manager.filter(pk=foreign.pk).update(org=other) == 0
                assert model._default_manager.filter(pk=foreign.pk)._raw_delete(using="default") == 0
            with company_scope(other.pk):
                assert model._default_manager.filter(pk=foreign.pk).exists()


def test_own_row_cannot_be_moved_to_another_company(
    rows: Rows, org: Organization, other: Organization, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            own, _ = rows(model)
            reason = denied if is_append_only(model) else refused_row
            with reason, company_scope(org.pk):
                model._default_manager.filter(pk=own.pk).update(org=other)


def test_control_without_row_security_foreign_rows_are_read_and_written(
    rows: Rows, org: Organization, other: Organization, subtests: pytest.Subtests
) -> None:
    for model in tenant_models():
        with subtests.test(model._meta.label), undone():
            _, foreign = rows(model)
            with without_row_security(model), company_scope(org.pk):
                assert model._default_manager.filter(pk=foreign.pk).exists()
                if not is_append_only(model):
                    assert model._default_manager.filter(pk=foreign.pk).update(org=other) == 1


def test_every_tenant_model_was_walked() -> None:
    assert {Department, AuditEvent} <= set(tenant_models())


def test_mail_of_no_company_is_nobodys_and_the_platforms(org: Organization) -> None:
    mail = Mail(
        key="a", message_id="a", to="a@example.com", subject="", sealed=b"", created_at=INSTANT, next_attempt_at=INSTANT
    )
    with refused_row, company_scope(org.pk):
        mail.save(force_insert=True)
    with platform_scope():
        Mail.objects.bulk_create([mail])
    with company_scope(org.pk):
        assert Mail.objects.count() == 0


# --- what the tenant's role may not do at all -------------------------------------------------------------
FORBIDDEN = [
    "INSERT INTO users_cache VALUES ('a', 'b', now())",
    "UPDATE users_user SET email = 'a@example.com'",
    "UPDATE users_user SET is_staff = true",
    "SELECT * FROM django_session",
    "DELETE FROM django_session",
    "INSERT INTO django_session VALUES ('a', 'b', now())",
    "UPDATE account_emailaddress SET verified = true",
    "INSERT INTO orgs_organization (name) VALUES ('a')",
    "DELETE FROM orgs_organization",
    "DELETE FROM orgs_membership",
    "TRUNCATE orgs_team CASCADE",
    "SELECT * FROM orgs_trialrequest",
    "SELECT * FROM users_cache",
    "SELECT * FROM django_migrations",
    "SELECT pg_read_file('/etc/hostname')",
    "COPY orgs_team TO PROGRAM 'cat'",
]
NOT_THE_OWNER = [
    "ALTER TABLE orgs_team DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE orgs_team NO FORCE ROW LEVEL SECURITY",
    "ALTER POLICY tenant ON orgs_team USING (true)",
    "DROP POLICY tenant ON orgs_team",
    "DROP TABLE orgs_teammember",
    "ALTER TABLE orgs_auditevent DISABLE TRIGGER append_only",
    "ALTER TABLE billing_posting DISABLE TRIGGER append_only",
    "TRUNCATE orgs_auditevent",
    "TRUNCATE billing_entry CASCADE",
    "TRUNCATE users_user CASCADE",
    "CREATE TABLE more (id int)",
    "CREATE INDEX more ON orgs_team (name)",
    "CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
]


SCOPES: dict[str, Callable[[Organization], AbstractContextManager[None]]] = {
    "login": lambda org: transaction.atomic(),
    "tenant": lambda org: company_scope(org.pk),
    "platform": lambda org: platform_scope(),
}


@pytest.mark.parametrize("scope", ["tenant", "platform"])
def test_scope_role_has_no_privilege_for(scope: str, org: Organization, subtests: pytest.Subtests) -> None:
    for sql in FORBIDDEN:
        with subtests.test(sql), denied, SCOPES[scope](org), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    ["INSERT INTO orgs_brake (reason, pulled_at) VALUES ('', now())", "UPDATE orgs_brake SET released_at = now()"],
)
def test_company_cannot_work_the_operators_brake(sql: str, org: Organization) -> None:
    with denied, company_scope(org.pk), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("scope", SCOPES)
def test_nobody_but_the_owner_changes_the_wall(scope: str, org: Organization, subtests: pytest.Subtests) -> None:
    """Neither the login of web, worker and beat nor what it becomes."""
    not_owner = pytest.raises(ProgrammingError, match=r"must be owner|permission denied for (schema|table)")
    for sql in NOT_THE_OWNER:
        with subtests.test(sql), not_owner, SCOPES[scope](org), connection.cursor() as cursor:
            cursor.execute(sql)


def test_control_the_owner_can(subtests: pytest.Subtests) -> None:
    for sql in NOT_THE_OWNER:
        with subtests.test(sql), undone():
            run_as_owner(sql)


def test_nobody_becomes_a_more_powerful_role(org: Organization, subtests: pytest.Subtests) -> None:
    for role in ("postgres", "pg_read_all_data", "pg_write_all_data"):
        for name, scope in SCOPES.items():
            with subtests.test(f"{role} {name}"), denied, scope(org), connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {role}")


def test_switching_row_security_off_in_the_session_shows_nothing(org: Organization, owner: Membership) -> None:
    """`row_security = off` makes PostgreSQL refuse a query that a policy would filter."""
    refused_query = pytest.raises(ProgrammingError, match="would be affected by row-level security")
    with refused_query, company_scope(org.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off; SELECT count(*) FROM orgs_department")


def test_login_role_inherits_nothing_and_is_no_superuser(org: Organization) -> None:
    """The third role that it may become is the owner, in the tests' cluster alone (tests/roles.sql)."""
    sql = """SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolcreatedb FROM pg_roles
             WHERE rolname IN (session_user, 'tracker_tenant', 'tracker_platform')"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == [(False, False, False, False, False)] * 3
        cursor.execute(
            "SELECT inherit_option, set_option, admin_option FROM pg_auth_members WHERE member = session_user::regrole"
        )
        assert cursor.fetchall() == [(False, True, False)] * 3
