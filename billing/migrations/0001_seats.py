"""The seat journal: who held a seat from when to when."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.models import F, Q

import billing.seats.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("orgs", "0020_closing")]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="SeatInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("because", models.CharField(max_length=40)),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(fields=["org", "started_at"], name="billing_seatinterval_started"),
                    models.Index(fields=["org", "ended_at"], name="billing_seatinterval_ended"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["org", "id"], name="billing_seatinterval_org_and_id"),
                    models.UniqueConstraint(
                        fields=["org", "member"], condition=Q(ended_at=None), name="billing_seatinterval_one_open"
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                        name="billing_seatinterval_forward",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        name="billing_seatinterval_no_overlap",
                        expressions=[
                            ("org", "="),
                            ("member", "="),
                            (billing.seats.models.Instants("started_at", "ended_at"), "&&"),
                        ],
                    ),
                ],
            },
        ),
    ]
