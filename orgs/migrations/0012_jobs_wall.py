"""The tenant wall of jobs. Cutting off the parts' empty end takes a lock that other companies would feel."""

from django.db import migrations

from orgs.tenancy.row_security import SecureRows, TenantKey


class Migration(migrations.Migration):
    dependencies = [("orgs", "0011_jobs")]

    operations = [
        SecureRows("Job"),
        SecureRows("JobPart"),
        TenantKey("Job", "actor_id", "orgs_membership"),
        TenantKey("JobPart", "job_id", "orgs_job"),
        migrations.RunSQL(
            "ALTER TABLE orgs_jobpart SET (vacuum_truncate = off)",
            "ALTER TABLE orgs_jobpart RESET (vacuum_truncate)",
        ),
    ]
