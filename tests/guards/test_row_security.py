"""Row security and grants against PostgreSQL's catalogue: whatever a migration forgot is named here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.guards.catalogue import assert_sees, column, rows
from tests.guards.project import secured_models, tables_of

pytestmark = pytest.mark.django_db

# What the scope roles may do with tables outside row security; everything else is shut to them.
GRANTS_OUTSIDE = {
    "orgs_organization": {"SELECT", "UPDATE"},
    "orgs_membership": {"SELECT", "INSERT", "UPDATE"},
    "orgs_jointoken": {"SELECT", "INSERT"},
    "orgs_addressmailing": {"SELECT", "INSERT"},
    "orgs_companymailing": {"SELECT", "INSERT"},
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
GRANTS_OF_THE_TENANT = {  # a company creates accounts on its domain (`access/members/accounts.py`)
    # … where a sign-up that nobody confirmed may stand in the way (`users/accounts/unconfirmed.py`)
    "users_user": {"SELECT", "INSERT", "DELETE"},
    "account_emailaddress": {"SELECT", "INSERT", "DELETE"},
}
GRANTS_OF_THE_PLATFORM = {
    "orgs_addressmailing": {"SELECT", "INSERT", "DELETE"},  # rounds delete the rows of days that are over
    "orgs_companymailing": {"SELECT", "INSERT", "DELETE"},
    "django_content_type": {"SELECT"},
    "django_admin_log": {"SELECT", "INSERT"},
    "orgs_brake": {"SELECT", "INSERT", "UPDATE"},
    "billing_pricelist": {"SELECT", "INSERT", "UPDATE", "DELETE"},  # a trigger keeps what is in effect
    "billing_providerevent": {"SELECT", "INSERT"},
    "mfa_authenticator": {"DELETE"},  # an operator takes a lost second factor away
    "billing_payer": {"SELECT", "INSERT", "DELETE"},  # a trigger keeps those of companies that are open
}
# What a company may change of an account that it created (the verbs ask whether it did), and its logout.
MANAGED = ("first_name", "last_name", "birth_date", "password", "first_password_ends_at", "sessions_ended")
SEEN_BY_COLUMN = {
    *(("users_user", column, "tracker_tenant", "UPDATE") for column in MANAGED),
    ("users_user", "sessions_ended", "tracker_platform", "UPDATE"),  # an operator ends them with a lost second factor
    ("billing_payer", "company_closed_at", "tracker_platform", "UPDATE"),  # written once, before the row goes
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


def test_row_security_is_enabled_and_forced() -> None:
    sql = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass"
    found = {table: rows(sql, table) for table in tables_of(secured_models())}
    assert found == dict.fromkeys(found, [(True, True)])


def test_every_table_has_exactly_the_two_policies() -> None:
    own = "(org_id = (NULLIF(current_setting('app.org_id'::text, true), ''::text))::bigint)"
    sql = """SELECT policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies
             WHERE schemaname = 'public' AND tablename = %s ORDER BY policyname"""
    found = {table: rows(sql, table) for table in tables_of(secured_models())}
    two = [
        ("platform", "PERMISSIVE", ["tracker_platform"], "ALL", "true", "true"),
        ("tenant", "PERMISSIVE", ["tracker_tenant"], "ALL", own, own),
    ]
    assert found == dict.fromkeys(found, two)


def test_no_other_table_has_policies_and_every_tenant_table_was_looked_at() -> None:
    assert set(column("SELECT tablename FROM pg_policies")) == set(tables_of(secured_models()))


def append_only_tables() -> set[str]:
    return set(
        column("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O'")
    )


@pytest.mark.parametrize("role", SCOPE_ROLES)
def test_scope_roles_hold_exactly_their_grants(role: str) -> None:
    """The login's own privileges do not count here: they are behind the forced policies."""
    append_only = append_only_tables()
    assert "orgs_auditevent" in append_only
    wanted = {model._meta.db_table: ALL for model in secured_models()} | GRANTS_OUTSIDE
    wanted |= {table: {"SELECT", "INSERT"} for table in append_only}
    wanted |= GRANTS_OF_THE_PLATFORM if role == "tracker_platform" else GRANTS_OF_THE_TENANT
    sql = """SELECT relname, array_agg(privilege_type) FROM pg_class, aclexplode(relacl)
             WHERE relnamespace = 'public'::regnamespace AND grantee = %s::regrole GROUP BY relname"""
    assert {table: set(privileges) for table, privileges in rows(sql, role)} == wanted


def test_login_uses_every_table_and_owns_none() -> None:
    """It may do what default privileges say, and less where nothing is ever changed; never TRUNCATE."""
    append_only = append_only_tables()
    assert {"orgs_auditevent", "billing_posting", "billing_seatinterval"} <= append_only
    sql = """SELECT relname, relowner::regrole::text, array(
                 SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = 'tracker'::regrole)
             FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"""
    found = {table: (owner, set(privileges)) for table, owner, privileges in rows(sql)}
    assert len(found) > len(secured_models())
    usual = ALL, {"SELECT", "INSERT"}
    assert found == {table: ("tracker_owner", usual[table in append_only]) for table in found}


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


CONTROLS = [
    ("ALTER TABLE orgs_team DISABLE ROW LEVEL SECURITY", test_row_security_is_enabled_and_forced),
    ("ALTER TABLE orgs_team NO FORCE ROW LEVEL SECURITY", test_row_security_is_enabled_and_forced),
    ("ALTER POLICY tenant ON orgs_team USING (true)", test_every_table_has_exactly_the_two_policies),
    ("DROP POLICY platform ON orgs_team", test_every_table_has_exactly_the_two_policies),
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
    ("GRANT UPDATE ON orgs_auditevent TO tracker", test_login_uses_every_table_and_owns_none),
    ("GRANT TRUNCATE ON orgs_team TO tracker", test_login_uses_every_table_and_owns_none),
    ("REVOKE DELETE ON orgs_team FROM tracker", test_login_uses_every_table_and_owns_none),
    ("GRANT SELECT ON orgs_team TO PUBLIC", test_nothing_is_granted_to_everybody_and_little_by_column),
    ("GRANT SELECT (name) ON orgs_team TO tracker_tenant", test_nothing_is_granted_to_everybody_and_little_by_column),
    (
        "CREATE VIEW teams AS SELECT * FROM orgs_team",
        test_no_view_and_no_function_with_its_owners_rights_goes_around_the_policies,
    ),
]


@pytest.mark.parametrize(("change", "guard"), CONTROLS, ids=[change for change, _ in CONTROLS])
def test_control_guard_sees_the_change(change: str, guard: Callable[[], None]) -> None:
    assert_sees(guard, change)
