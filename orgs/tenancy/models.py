"""The base of every table whose rows belong to one company."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class TenantModel(models.Model):
    """A row of one company. The unique (org, id) is what composite references of other rows point to.

    Each tenant model needs `SecureRows` and one `TenantKey` per reference in a migration; a guard compares both with
    the database's catalogue.
    """

    org = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "id"], name="%(app_label)s_%(class)s_org_and_id")
        ]


def tenant_key(to: str, *, null: bool = False, related_name: str = "+") -> models.ForeignKey[Any, Any]:
    """A reference to another row of the same company; the database's half of it is a `TenantKey` in a migration."""
    return models.ForeignKey(
        to,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        db_constraint=False,
        db_index=False,
        related_name=related_name,
    )
