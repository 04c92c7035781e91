"""What the nightly look at a company's audit chain remembers."""

import django.db.models.deletion
from django.db import migrations, models

from orgs.tenancy.row_security import SecureRows


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0024_first_steps_dismissed"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField()),
                ("fault", models.CharField(blank=True, max_length=500)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=64)),
                (
                    "org",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("fault", ""), _negated=True), fields=["org"], name="orgs_auditcheck_fault"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="orgs_auditcheck_org_and_id"),
                    models.UniqueConstraint(fields=("org",), name="orgs_auditcheck_company"),
                ],
            },
        ),
        SecureRows("AuditCheck"),
    ]
