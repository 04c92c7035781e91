"""A document keeps who sold, too: what the settings say later changes none that was issued."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_money_wall")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="seller",
            field=models.JSONField(default=dict),
        ),
    ]
