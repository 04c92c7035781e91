"""What PostgreSQL's catalogue answers, and the references between rows of one company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import ForeignKey, Model

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.models import TenantModel
from tests.database import run_as_owner
from tests.guards.project import secured_models


def rows(sql: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def column(sql: str, *params: object) -> list[Any]:
    return [row[0] for row in rows(sql, *params)]


def references(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """A model's references to other rows of its company."""
    fields = [field for field in model._meta.get_fields() if isinstance(field, ForeignKey)]
    return [field for field in fields if issubclass(field.related_model, TenantModel | Membership)]  # type: ignore[arg-type]


def composite_keys() -> dict[str, tuple[type[Model], ForeignKey[Any, Any]]]:
    """Every reference between rows of one company, by its name."""
    models = [*secured_models(), Membership]
    return {f"{model._meta.label}.{field.name}": (model, field) for model in models for field in references(model)}


def assert_sees(guard: Callable[[], None], change: str) -> None:
    """The guard says nothing before the database is changed, and complains afterwards."""
    guard()
    run_as_owner(change)
    with pytest.raises(AssertionError):
        guard()
