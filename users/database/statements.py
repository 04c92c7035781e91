"""Statements that every page asks: written with the ORM, their SQL made once. Making it costs more than asking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, Expression, Field, Func, Model, QuerySet

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that is named where the statement is written, and given whenever it is asked."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class AnyOf(Func):
    """value = ANY(array): an array does not tempt the planner to read everybody's rows first, as a set would."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Statement:
    """`write` makes the queryset, a `values_list`, at the first use. None is never given: that would be other SQL."""

    def __init__(self, write: Callable[[], QuerySet[Any, Any]]) -> None:
        self.write = write

    @cached_property
    def _made(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self.write().query.sql_with_params()
        return sql, tuple(params)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, columns in the order of the queryset, as the driver has them: JSON is text."""
        sql, params = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[each.name] if isinstance(each, Given) else each for each in params])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def first(self, **given: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(**given)), None)


@dataclass(frozen=True)
class Columns(Generic[M]):
    """A model's columns in a `values_list`. `prefix` leads to it (`org__`); `without`: those that stay deferred."""

    model: type[M]
    prefix: str = ""
    without: frozenset[str] = frozenset()

    @cached_property
    def _own(self) -> list[str]:
        names = [field.attname for field in self.model._meta.concrete_fields]
        return [name for name in names if name not in self.without]

    @property
    def names(self) -> list[str]:
        return [self.prefix + name for name in self._own]

    def take(self, values: Iterator[Any]) -> M:
        """The instance from the next values of a row."""
        return self.model.from_db("default", self._own, tuple(islice(values, len(self._own))))
