"""Accounts that a company creates: birth date, and the password that an administrator gives for seven days."""

from django.db import migrations, models

# A company's administrator creates accounts and edits those that the company created (`access/members/accounts.py`).
MADE = "INSERT ON users_user, account_emailaddress"
EDITED = "UPDATE (first_name, last_name, birth_date, password, first_password_ends_at) ON users_user"


def grant(what: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"GRANT {what} TO tracker_tenant", f"REVOKE {what} FROM tracker_tenant")


class Migration(migrations.Migration):
    dependencies = [("users", "0004_profile_and_second_factor"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="birth_date",
            field=models.DateField(blank=True, null=True, verbose_name="Birth date"),
        ),
        migrations.AddField(
            model_name="user",
            name="first_password_ends_at",
            field=models.DateTimeField(null=True),
        ),
        grant(MADE),
        grant(EDITED),
    ]
