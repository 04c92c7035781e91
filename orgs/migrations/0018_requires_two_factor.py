"""A company may demand a second factor of its owners and administrators."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0017_people_wall")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="requires_two_factor",
            field=models.BooleanField(default=False),
        ),
    ]
