"""Forms that have had their effect."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from orgs.tenancy.row_security import Grant


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0008_brake_seen_by_companies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField()),
                ("path", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "token"), name="orgs_sentform_once")],
            },
        ),
        Grant("SentForm", "SELECT, INSERT, UPDATE"),
    ]
