"""The tenant wall of access; whoever has full access so far was given it personally."""

from django.db import migrations

from orgs.tenancy.row_security import SecureRows, TenantKey
from orgs.tenancy.scopes import platform_scope

ADOPT = """
INSERT INTO access_grant (org_id, member_id, level, set_at)
SELECT org_id, id, level, joined_at FROM orgs_membership WHERE level = 'full' AND ended_at IS NULL
"""
COUNT = """
INSERT INTO billing_seatinterval (org_id, member_id, started_at, because)
SELECT org_id, id, now(), 'person' FROM orgs_membership
WHERE level = 'full' AND ended_at IS NULL AND blocked_at IS NULL
"""


def adopt(apps: object, schema_editor: object) -> None:
    with platform_scope():
        schema_editor.execute(ADOPT)
        schema_editor.execute(COUNT)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_grants"), ("billing", "0002_seats_wall")]

    operations = [
        SecureRows("Grant"),
        TenantKey("Grant", "member_id", "orgs_membership"),
        TenantKey("Grant", "team_id", "orgs_team"),
        TenantKey("Grant", "department_id", "orgs_department"),
        TenantKey("Grant", "set_by_id", "orgs_membership"),
        SecureRows("Draft"),
        TenantKey("Draft", "author_id", "orgs_membership"),
        SecureRows("SavedAct"),
        TenantKey("SavedAct", "actor_id", "orgs_membership"),
        SecureRows("AccessRequest"),
        TenantKey("AccessRequest", "member_id", "orgs_membership"),
        TenantKey("AccessRequest", "answered_by_id", "orgs_membership"),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
