"""An invitation may allow a new account on the company's domain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0018_requires_two_factor")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="allows_domain_account",
            field=models.BooleanField(default=False),
        ),
    ]
