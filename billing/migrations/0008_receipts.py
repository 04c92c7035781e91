"""Receipts of card payments: a third kind of document, and at most one document for a payment."""

from django.db import migrations, models

KINDS = [("INV", "Invoice"), ("PRO", "Invoice for a bank transfer"), ("REC", "Receipt")]


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_takebacks")]

    operations = [
        migrations.AlterField("Document", "kind", models.CharField(choices=KINDS, max_length=3)),
        migrations.AlterField("DocumentSeries", "kind", models.CharField(choices=KINDS, max_length=3)),
        migrations.AddConstraint(
            "Document",
            models.UniqueConstraint(
                condition=models.Q(("top_up", None), _negated=True),
                fields=("org", "top_up"),
                name="billing_document_of_top_up",
            ),
        ),
    ]
