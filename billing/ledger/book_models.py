"""What the nightly check of the books remembers of each company."""

from __future__ import annotations

from django.db import models

from orgs.audit.nightly_models import NightlyCheck
from orgs.tenancy.models import tenant_key


class BooksCheck(NightlyCheck):
    """The last good mark: right up to `entry`, where the accounts came to `totals` (code to minor units)."""

    entry = tenant_key("billing.Entry", null=True)
    totals = models.JSONField(default=dict)
