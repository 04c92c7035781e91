"""Which addresses were mailed an invitation on a day: rows outside the companies."""

from django.db import migrations, models

from orgs.tenancy.row_security import Grant


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0025_auditcheck"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressMailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("number", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "digest", "number"), name="orgs_addressmailing_place"),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 3))), name="orgs_addressmailing_most"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyMailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("org_id", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("number", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="orgs_companymailing_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("org_id", "day", "digest"), name="orgs_companymailing_once"),
                    models.UniqueConstraint(fields=("org_id", "day", "number"), name="orgs_companymailing_place"),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 1000))), name="orgs_companymailing_most"
                    ),
                ],
            },
        ),
        Grant("AddressMailing", "SELECT, INSERT"),
        Grant("AddressMailing", "DELETE", roles="tracker_platform"),
        Grant("CompanyMailing", "SELECT, INSERT"),
        Grant("CompanyMailing", "DELETE", roles="tracker_platform"),
    ]
