"""The root department bears the company's whole name, which used to be cut."""

from django.db import migrations, models

from orgs.tenancy.scopes import platform_scope

MEND = """
UPDATE orgs_department d SET name = o.name FROM orgs_organization o
WHERE o.id = d.org_id AND d.parent_id IS NULL AND o.closed_at IS NULL AND d.name = left(o.name, 40)
"""


def mend(apps: object, schema_editor: object) -> None:
    with platform_scope():
        schema_editor.execute(MEND)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0026_mailing")]

    operations = [
        migrations.AlterField(
            model_name="department",
            name="name",
            field=models.CharField(max_length=80, verbose_name="Name"),
        ),
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
