"""Requests for full access."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel, tenant_key


class Origin(models.TextChoices):
    """Why somebody waits for full access."""

    ASKED = "asked", _("Asked")
    JOINED = "joined", _("Joined without a free seat")


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AccessRequest(TenantModel):
    """Somebody waits for full access: they asked, or they joined with it while no seat could be added."""

    public_id = models.CharField(max_length=16, default=random_id)
    member = tenant_key("orgs.Membership")
    origin = models.CharField(max_length=6, choices=Origin.choices)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=RequestState.choices, default=RequestState.OPEN)
    made_at = models.DateTimeField()
    answered_by = tenant_key("orgs.Membership", null=True)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="access_accessrequest_public_id"),
            models.UniqueConstraint(
                fields=["org", "member"], condition=Q(state=RequestState.OPEN), name="access_accessrequest_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="access_accessrequest_state"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="access_accessrequest_origin"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "member", "id"], name="access_accessrequest_member")]

    def __str__(self) -> str:
        return self.public_id
