"""Writes that go to the database together: an act on several tables waits for one answer, not for one from each.

Whoever owns a table makes its writes; whoever holds the act runs them all. Nothing comes back but an error, so a write
never depends on what another one returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery

Write = tuple[str, Any]  # a statement and its parameters


def insert(rows: Sequence[Model]) -> Write:
    """New rows of one table, at least one."""
    return _compile_insert(InsertQuery(type(rows[0])), rows)


def put(rows: Sequence[Model], *, unique: Sequence[str], changed: Sequence[str]) -> Write:
    """New rows, at least one; where `unique` columns are taken already, that row's `changed` columns are written."""
    field = type(rows[0])._meta.get_field
    query = InsertQuery(
        type(rows[0]),
        on_conflict=OnConflict.UPDATE,
        unique_fields=[field(name) for name in unique],
        update_fields=[field(name) for name in changed],
    )
    return _compile_insert(query, rows)


def update(rows: QuerySet[Any], **values: object) -> Write:
    """The same as `rows.update(**values)`."""
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(values)
    write: Write = query.get_compiler(connection=connection).as_sql()
    return write


def run(writes: Sequence[Write]) -> None:
    """Executes them in their order, in one round trip. Raises what the first that fails raises; then none is done."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(cursor.mogrify(sql, parameters).decode() for sql, parameters in writes))


def _compile_insert(query: InsertQuery, rows: Sequence[Model]) -> Write:
    query.insert_values([field for field in query.get_meta().concrete_fields if not field.primary_key], list(rows))
    write: Write = query.get_compiler(connection=connection).as_sql()[0]
    return write
