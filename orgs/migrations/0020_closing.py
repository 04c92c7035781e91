"""An owner closes the company: when it is due, and when it was done."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orgs", "0019_domain_account")]

    operations = [
        migrations.AddField("organization", "closing_at", models.DateTimeField(null=True)),
        migrations.AddField("organization", "closed_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "organization",
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closing_at__isnull=False, full_seats=0),
                name="orgs_organization_closed_was_asked",
            ),
        ),
        migrations.AddIndex(
            "organization",
            models.Index(
                fields=["closing_at"],
                condition=Q(closing_at__isnull=False, closed_at=None),
                name="orgs_organization_closings",
            ),
        ),
    ]
