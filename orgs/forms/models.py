"""Forms that were sent and have had their effect. `orgs/forms/idempotent_forms.py` writes and reads the rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """One form as one person sent it, and the path that the answer led to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    token = models.UUIDField()
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "token"], name="orgs_sentform_once")]

    def __str__(self) -> str:
        return str(self.token)
