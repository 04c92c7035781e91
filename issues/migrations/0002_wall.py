"""The tenant wall of Tracker's tables."""

from django.db import migrations

from orgs.tenancy.row_security import SecureRows, TenantKey

# Cutting off a table's empty end takes a lock that other companies would feel after a deletion.
BIG_TABLES = ["issues_issue", "issues_comment", "issues_change", "issues_follower"]


class Migration(migrations.Migration):
    dependencies = [("issues", "0001_start"), ("orgs", "0002_wall")]

    operations = [
        SecureRows("Queue"),
        SecureRows("Issue"),
        SecureRows("Comment"),
        SecureRows("Change"),
        SecureRows("Follower"),
        TenantKey("Queue", "lead_id", "orgs_membership"),
        TenantKey("Issue", "queue_id", "issues_queue"),
        TenantKey("Issue", "author_id", "orgs_membership"),
        TenantKey("Issue", "assignee_id", "orgs_membership"),
        TenantKey("Comment", "issue_id", "issues_issue"),
        TenantKey("Comment", "author_id", "orgs_membership"),
        TenantKey("Change", "issue_id", "issues_issue"),
        TenantKey("Change", "author_id", "orgs_membership"),
        TenantKey("Change", "comment_id", "issues_comment"),
        TenantKey("Follower", "issue_id", "issues_issue"),
        TenantKey("Follower", "member_id", "orgs_membership"),
        *[
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (vacuum_truncate = off)", f"ALTER TABLE {table} RESET (vacuum_truncate)"
            )
            for table in BIG_TABLES
        ],
    ]
