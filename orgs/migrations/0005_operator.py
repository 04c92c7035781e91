"""What operators' pages need beside the companies: Django admin's log of acts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_lifecycle_wall"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON django_content_type TO tracker_platform;"
            "GRANT SELECT, INSERT ON django_admin_log TO tracker_platform",
            "REVOKE ALL ON django_content_type FROM tracker_platform;"
            "REVOKE ALL ON django_admin_log FROM tracker_platform",
        ),
    ]
