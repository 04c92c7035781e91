"""How many rows a deletion has to delete: None for those that were claimed before this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_sent_form")]

    operations = [
        migrations.AddField(model_name="deletion", name="total", field=models.PositiveBigIntegerField(null=True)),
    ]
