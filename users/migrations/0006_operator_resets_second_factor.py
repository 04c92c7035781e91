"""An operator's page takes a lost second factor away, unseen, and ends the person's sessions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("users", "0005_first_password")]

    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON mfa_authenticator TO tracker_platform;"
            "GRANT UPDATE (sessions_ended) ON users_user TO tracker_platform",
            "REVOKE DELETE ON mfa_authenticator FROM tracker_platform;"
            "REVOKE UPDATE (sessions_ended) ON users_user FROM tracker_platform",
        ),
    ]
