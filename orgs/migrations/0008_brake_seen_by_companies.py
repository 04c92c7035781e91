"""A company's page says why its deletion waits, so it may see whether the off switch is pulled; not who says what."""

from django.db import migrations

SEEN = "SELECT (id, released_at) ON orgs_brake"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_notice_accepted")]

    operations = [
        migrations.RunSQL(f"GRANT {SEEN} TO tracker_tenant", f"REVOKE {SEEN} FROM tracker_tenant"),
    ]
