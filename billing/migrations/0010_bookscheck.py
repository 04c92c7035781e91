"""What the nightly check of a company's books remembers: the last good mark."""

import django.db.models.deletion
from django.db import migrations, models

from orgs.tenancy.row_security import SecureRows, TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0009_document_language"),
        ("orgs", "0022_seats"),
    ]

    operations = [
        migrations.CreateModel(
            name="BooksCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField()),
                ("fault", models.CharField(blank=True, max_length=500)),
                ("totals", models.JSONField(default=dict)),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.entry",
                    ),
                ),
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
                        condition=models.Q(("fault", ""), _negated=True),
                        fields=["org"],
                        name="billing_bookscheck_fault",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="billing_bookscheck_org_and_id"),
                    models.UniqueConstraint(fields=("org",), name="billing_bookscheck_company"),
                ],
            },
        ),
        SecureRows("BooksCheck"),
        TenantKey("BooksCheck", "entry_id", "billing_entry"),
    ]
