"""The tenant wall of the lifecycle's tables."""

from django.db import migrations

from orgs.tenancy.row_security import Grant, SecureRows


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_lifecycle")]

    operations = [
        SecureRows("Notice"),
        SecureRows("Deletion"),
        Grant("Brake", "SELECT, INSERT, UPDATE", roles="tracker_platform"),
    ]
