"""Grants of access, drafts and saved acts, requests for access."""

import django.db.models.deletion
import orgs.tenancy.ids
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0022_seats"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=orgs.tenancy.ids.random_id, max_length=16)),
                (
                    "origin",
                    models.CharField(
                        choices=[("asked", "Asked"), ("joined", "Joined without a free seat")], max_length=6
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                    ),
                ),
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
                "indexes": [models.Index(fields=["org", "member", "id"], name="access_accessrequest_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="access_accessrequest_org_and_id"),
                    models.UniqueConstraint(fields=("org", "public_id"), name="access_accessrequest_public_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("org", "member"),
                        name="access_accessrequest_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "granted", "declined", "withdrawn"])),
                        name="access_accessrequest_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["asked", "joined"])), name="access_accessrequest_origin"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4)),
                ("changes", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
                (
                    "author",
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
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="access_draft_org_and_id"),
                    models.UniqueConstraint(fields=("org", "author"), name="access_draft_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(choices=[("read_only", "Read only"), ("full", "Full access")], max_length=9),
                ),
                ("set_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.department",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.membership",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.team",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="access_grant_org_and_id"),
                    models.UniqueConstraint(fields=("org", "member"), name="access_grant_member"),
                    models.UniqueConstraint(fields=("org", "team"), name="access_grant_team"),
                    models.UniqueConstraint(fields=("org", "department"), name="access_grant_department"),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["read_only", "full"])), name="access_grant_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department", None), ("member__isnull", False), ("team", None)),
                            models.Q(("department", None), ("member", None), ("team__isnull", False)),
                            models.Q(("department__isnull", False), ("member", None), ("team", None)),
                            _connector="OR",
                        ),
                        name="access_grant_to_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=orgs.tenancy.ids.random_id, max_length=16)),
                ("token", models.UUIDField(default=uuid.uuid4)),
                ("at", models.DateTimeField()),
                ("changes", models.JSONField()),
                ("seats_before", models.PositiveIntegerField()),
                ("seats_after", models.PositiveIntegerField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "actor",
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
                "constraints": [
                    models.UniqueConstraint(fields=("org", "id"), name="access_savedact_org_and_id"),
                    models.UniqueConstraint(fields=("org", "public_id"), name="access_savedact_public_id"),
                    models.UniqueConstraint(fields=("org", "token"), name="access_savedact_once"),
                ],
            },
        ),
    ]
