"""The tenant wall of the company's tables."""

from django.db import migrations

from orgs.tenancy.row_security import AppendOnly, Grant, SecureRows, TenantKey

REFUSE_CHANGE = """
CREATE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_start"), ("users", "0001_start")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION tracker_refuse_change()"),
        migrations.RunSQL(
            "GRANT SELECT ON users_user TO tracker_tenant, tracker_platform",
            "REVOKE ALL ON users_user FROM tracker_tenant, tracker_platform",
        ),
        Grant("Organization", "SELECT, UPDATE"),
        Grant("Membership", "SELECT, INSERT, UPDATE"),
        SecureRows("Department"),
        SecureRows("Team"),
        SecureRows("TeamMember"),
        SecureRows("AuditEvent"),
        SecureRows("Mail"),
        TenantKey("Department", "parent_id", "orgs_department"),
        TenantKey("Membership", "department_id", "orgs_department"),
        TenantKey("TeamMember", "team_id", "orgs_team"),
        TenantKey("TeamMember", "member_id", "orgs_membership"),
        TenantKey("AuditEvent", "actor_id", "orgs_membership"),
        AppendOnly("AuditEvent"),
    ]
