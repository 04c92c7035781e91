"""When the provider was last asked about a payment, so that one of many is not asked about all the time."""

from django.db import migrations, models

from orgs.tenancy.row_security import SCOPES


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_seller")]

    operations = [
        migrations.AlterModelOptions(
            "Entry", {"verbose_name": "ledger entry", "verbose_name_plural": "ledger entries"}
        ),
        migrations.AddField("TopUp", "asked_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            f"GRANT UPDATE (asked_at) ON billing_topup TO {SCOPES}",
            f"REVOKE UPDATE (asked_at) ON billing_topup FROM {SCOPES}",
        ),
        migrations.AddIndex(
            "TopUp",
            models.Index(
                fields=["asked_at"],
                condition=models.Q(method="card", state__in=("open", "pending")),
                name="billing_topup_waiting",
            ),
        ),
    ]
