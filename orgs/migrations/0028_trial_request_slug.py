"""The address that was chosen with a sign-up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0027_whole_company_name")]

    operations = [
        migrations.AddField(
            model_name="trialrequest",
            name="slug",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
