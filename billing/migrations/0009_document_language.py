"""The language of documents is chosen with the payment details; those that are saved keep the company's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_receipts")]

    operations = [
        migrations.AddField(
            "Payer",
            "language",
            models.CharField(blank=True, choices=[("en", "English"), ("ru", "Русский")], default="", max_length=8),
            preserve_default=False,
        ),
    ]
