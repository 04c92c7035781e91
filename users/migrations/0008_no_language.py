"""There is one language of pages, so nobody chooses theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("users", "0007_unconfirmed")]

    operations = [migrations.RemoveField(model_name="user", name="language")]
