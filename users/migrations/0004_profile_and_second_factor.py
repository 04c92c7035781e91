"""The person's language; and a company may see who has a second factor, not its secret."""

from django.db import migrations, models

SEEN = "SELECT (user_id, type) ON mfa_authenticator"
ROLES = "tracker_tenant, tracker_platform"


class Migration(migrations.Migration):
    dependencies = [("users", "0003_sessions_ended"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, max_length=8, verbose_name="Language"),
        ),
        migrations.RunSQL(f"GRANT {SEEN} TO {ROLES}", f"REVOKE {SEEN} FROM {ROLES}"),
    ]
