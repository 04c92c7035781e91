"""Statements that every page asks: written with the ORM, their SQL made once. Making it costs more than asking it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that is named where the statement is written, and given whenever it is asked."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Statement:
    """`write` makes the queryset, a `values_list`, at the first use. None is never given: that would be other SQL."""

    def __init__(self, write: Callable[[], QuerySet[Any, Any]]) -> None:
        self.write = write

    @cached_property
    def _made(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self.write().query.sql_with_params()
        return sql, tuple(params)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, columns in the order of the queryset."""
        sql, params = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[each.name] if isinstance(each, Given) else each for each in params])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def first(self, **given: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(**given)), None)


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """The names of a model's columns for `values_list`; `prefix` leads to it (`org__`)."""
    return [prefix + field.attname for field in model._meta.concrete_fields]


def instance(model: type[M], values: tuple[Any, ...]) -> M:
    """The instance of a model from the values of its `columns`."""
    return model.from_db("default", [field.attname for field in model._meta.concrete_fields], values)
