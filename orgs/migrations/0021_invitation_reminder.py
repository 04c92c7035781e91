"""An invitation is reminded of once, with a token of the reminder's own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orgs", "0020_closing")]

    operations = [
        migrations.AddField("invitation", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddField("invitation", "reminder_digest", models.CharField(max_length=64, blank=True, default="")),
        migrations.AddConstraint(
            "invitation",
            models.UniqueConstraint(
                fields=["org", "reminder_digest"],
                condition=~Q(reminder_digest=""),
                name="orgs_invitation_reminder_digest",
            ),
        ),
        migrations.AddIndex(
            "invitation",
            models.Index(
                fields=["expires_at"],
                condition=Q(accepted_at=None, revoked_at=None, reminded_at=None, sendings=1),
                name="orgs_invitation_to_remind",
            ),
        ),
    ]
