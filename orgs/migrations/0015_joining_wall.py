"""The tenant wall of the ways into a company."""

from django.db import migrations

from orgs.tenancy.row_security import Grant, SecureRows, TenantKey


class Migration(migrations.Migration):
    dependencies = [("orgs", "0014_joining"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON account_emailaddress TO tracker_tenant, tracker_platform",
            "REVOKE ALL ON account_emailaddress FROM tracker_tenant, tracker_platform",
        ),
        Grant("JoinToken", "SELECT, INSERT"),
        SecureRows("Invitation"),
        TenantKey("Invitation", "department_id", "orgs_department"),
        TenantKey("Invitation", "team_id", "orgs_team"),
        TenantKey("Invitation", "invited_by_id", "orgs_membership"),
        TenantKey("Invitation", "accepted_by_id", "orgs_membership"),
        SecureRows("InviteLink"),
        TenantKey("InviteLink", "department_id", "orgs_department"),
        TenantKey("InviteLink", "team_id", "orgs_team"),
        TenantKey("InviteLink", "made_by_id", "orgs_membership"),
        TenantKey("Membership", "invite_link_id", "orgs_invitelink"),
    ]
