"""How many rows of a company there are of what: one statement for all of them, made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orgs.tenancy.organization_models import Organization
from users.database.statements import Given, Statement

Rows = Mapping[str, QuerySet[Any]]


class Numbers:
    """`write` gives the rows to count by name, for a company and an instant that are given later."""

    def __init__(self, write: Callable[[Any, Any], Rows]) -> None:
        self.write = write
        self.statement = Statement(self._write)

    def read(self, org: Organization, now: dt.datetime) -> dict[str, int]:
        """The numbers by name. In the company's scope."""
        values = self.statement.first(org=org.pk, now=now)
        return dict(zip(self._rows, values or (), strict=True))

    @cached_property
    def _rows(self) -> Rows:
        return self.write(Given("org", models.BigIntegerField()), Given("now", models.DateTimeField()))

    def _write(self) -> QuerySet[Organization, tuple[Any, ...]]:
        one = Organization.objects.filter(pk=Given("org", models.BigIntegerField()))
        return one.values_list(*(_number(rows) for rows in self._rows.values()))


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a part of another statement. They are all of one company."""
    return Coalesce(Subquery(rows.order_by().values("org").annotate(number=Count("pk")).values("number")), 0)
