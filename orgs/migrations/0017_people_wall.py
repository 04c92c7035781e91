"""The tenant wall of teams inside teams; blocking ends the sessions of accounts that the company created."""

from django.db import migrations

from orgs.tenancy.row_security import SecureRows, TenantKey

END = "UPDATE (sessions_ended) ON users_user"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0016_people"), ("users", "0003_sessions_ended")]

    operations = [
        SecureRows("TeamTeam"),
        SecureRows("TeamDepartment"),
        TenantKey("Team", "lead_id", "orgs_membership"),
        TenantKey("TeamTeam", "team_id", "orgs_team"),
        TenantKey("TeamTeam", "inner_id", "orgs_team"),
        TenantKey("TeamDepartment", "team_id", "orgs_team"),
        TenantKey("TeamDepartment", "department_id", "orgs_department"),
        migrations.RunSQL(f"GRANT {END} TO tracker_tenant", f"REVOKE {END} FROM tracker_tenant"),
    ]
