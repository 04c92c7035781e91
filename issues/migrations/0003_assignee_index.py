"""What is mine in a queue is counted from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issues", "0002_wall")]

    operations = [
        migrations.RemoveIndex(model_name="issue", name="issues_issue_assignee"),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(
                fields=["org", "assignee", "-status_rank", "-updated_at", "-id"],
                include=["queue"],
                name="issues_issue_assignee",
            ),
        ),
    ]
