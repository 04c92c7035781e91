"""Money that the card provider took back of a payment: what is told of it moves a row forward, and no row goes."""

import django.db.models.deletion
from django.db import migrations, models

from orgs.tenancy.row_security import SCOPES, SecureRows, TenantKey

TABLE = "billing_takeback"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_topup_asked"),
        ("orgs", "0022_seats"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("charge", "Charge"),
                    ("top_up", "Top up"),
                    ("refund", "Refund to the card"),
                    ("dispute", "Payment disputed by the cardholder"),
                    ("adjustment", "Adjustment"),
                    ("reversal", "Reversal"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Takeback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("refund", "Refund to the card"), ("dispute", "Payment disputed by the cardholder")],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("taken", "Taken back"), ("returned", "Returned"), ("review", "Being checked")],
                        max_length=8,
                    ),
                ),
                ("provider", models.CharField(max_length=12)),
                ("provider_id", models.CharField(max_length=255)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at", models.DateTimeField()),
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
                (
                    "top_up",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takebacks",
                        to="billing.topup",
                    ),
                ),
            ],
            options={
                "verbose_name": "money taken back",
                "verbose_name_plural": "money taken back",
                "abstract": False,
                "indexes": [models.Index(fields=["org", "top_up"], name="billing_takeback_top_up")],
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="billing_takeback_org_and_id"),
                    models.UniqueConstraint(fields=("provider", "provider_id"), name="billing_takeback_provider"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("state", "taken")),
                            ("state", "returned"),
                            models.Q(("entry", None), ("state", "review")),
                            _connector="OR",
                        ),
                        name="billing_takeback_taken_has_entry",
                    ),
                ],
            },
        ),
        SecureRows("Takeback"),
        TenantKey("Takeback", "top_up_id", "billing_topup"),
        TenantKey("Takeback", "entry_id", "billing_entry"),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLE} FROM {SCOPES}; GRANT UPDATE (state) ON {TABLE} TO {SCOPES}",
            f"REVOKE UPDATE (state) ON {TABLE} FROM {SCOPES}; GRANT UPDATE, DELETE ON {TABLE} TO {SCOPES}",
        ),
    ]
