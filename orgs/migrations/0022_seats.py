"""Full access that waits for a seat; the limit of seats that a company sets itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0021_invitation_reminder"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="seat_cap",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
