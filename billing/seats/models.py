"""The seat journal's table. `billing/seats/seat_journal.py` is its only writer."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from orgs.tenancy.models import TenantModel, tenant_key


class Instants(Func):
    """The range between two instants (UTC), half-open; without an end it goes on."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class SeatInterval(TenantModel):
    """A person held a seat from `started_at` (UTC) to before `ended_at`; None: still does. It is a record of money.

    A row is inserted, and its end is written once: a trigger refuses every other change. The intervals of one person
    never overlap. `because` is the code of what decided the access when it began: `person`, `team:<public id>` or
    `department:<public id>`; billing only keeps it.
    """

    member = tenant_key("orgs.Membership")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["org", "member"], condition=Q(ended_at=None), name="billing_seatinterval_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="billing_seatinterval_forward"
            ),
            ExclusionConstraint(
                name="billing_seatinterval_no_overlap",
                expressions=[
                    ("org", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    (Instants("started_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "started_at"], name="billing_seatinterval_started"),
            models.Index(fields=["org", "ended_at"], name="billing_seatinterval_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.started_at:%Y-%m-%d}"
