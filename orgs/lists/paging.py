"""Lists page by key, never by OFFSET: the cursor in the URL is the sort key of the row at the page's edge."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import BooleanField, DateTimeField, Expression, Field, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils import timezone

from orgs.lists.list_controls import link, opposite

SIZE = 50
# Gives the rows of one page and one more in an order, beyond the values of a cursor or from the beginning.
Often = Callable[[list[str], list[Any]], list[Any]]


@dataclass(frozen=True)
class Page:
    """Rows of one page; a URL is empty where the list ends."""

    rows: list[Any]
    previous_url: str
    next_url: str


def paginate(
    queryset: QuerySet[Any],
    request: HttpRequest,
    *,
    keys: tuple[str, ...],
    size: int = SIZE,
    often: Often | None = None,
) -> Page:
    """One page ordered by `keys` ("-x" is descending; together they are unique and never null).

    Reads `after` or `before` from the query string. Raises BadRequest (400) for a cursor that is none of ours.
    `often` asks for the rows of a list whose statements are kept (`page_statements`); the queryset tells its fields.
    """
    cursor = request.GET.get("after") or request.GET.get("before")
    backwards = bool(cursor) and not request.GET.get("after")
    order = [opposite(key) for key in keys] if backwards else list(keys)
    values = _fitting_all(queryset, order, decode(cursor, len(order))) if cursor else []
    rows = often(order, values) if often else list(rows_beyond(queryset, order, values, size))
    has_more, rows = len(rows) > size, rows[:size]
    has_previous, has_next = (has_more, True) if backwards else (bool(cursor), has_more)
    rows = rows[::-1] if backwards else rows
    return Page(
        rows=rows,
        previous_url=_url(request, "before", rows[0], keys) if rows and has_previous else "",
        next_url=_url(request, "after", rows[-1], keys) if rows and has_next else "",
    )


def rows_beyond(queryset: QuerySet[Any], order: list[str], values: list[Any], size: int) -> QuerySet[Any]:
    """The rows of one page and one more: beyond the values of a cursor in this order, or from the beginning."""
    rows = queryset.filter(_beyond(queryset, order, values)) if values else queryset
    return rows.order_by(*order)[: size + 1]


def _beyond(queryset: QuerySet[Any], order: list[str], values: list[Any]) -> Q | Combinable:
    descending = {key.startswith("-") for key in order}
    if len(descending) > 1:
        return _spelled_out(order, values)
    names = [key.lstrip("-") for key in order]
    first, *others = (_expression(queryset, name, value) for name, value in zip(names, values, strict=True))
    return RowComparison(
        _Row(*names), _Row(_Unforeseen(first), *others), arg_joiner=" < " if descending.pop() else " > "
    )


def _expression(queryset: QuerySet[Any], name: str, value: Any) -> Expression:
    return value if isinstance(value, Expression) else Value(value, output_field=field_of(queryset, name))


def _fitting_all(queryset: QuerySet[Any], order: list[str], values: list[str | int]) -> list[Any]:
    """The values of a cursor. Raises BadRequest for one that the column cannot hold."""
    return [_fitting(field_of(queryset, key.lstrip("-")), value) for key, value in zip(order, values, strict=True)]


class _Row(Func):
    template = "ROW(%(expressions)s)"


class _Unforeseen(Func):
    """A value that the planner does not know in advance.

    It judges a comparison of rows by the first column alone: "below the lowest rank" would be no row for it, and it
    would read and sort all that there are. Not knowing, it expects many, and reads the index until the page is full.
    """

    template = "(SELECT %(expressions)s)"


class RowComparison(Func):
    """ROW(a, b) > ROW(x, y): one bound of the index that the list is ordered by, however deep the page lies."""

    template = "%(expressions)s"
    output_field = BooleanField()


def _spelled_out(order: list[str], values: list[Any]) -> Q:
    """The same where the directions differ, for which SQL has no comparison of rows."""
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        name = key.lstrip("-")
        beyond |= equal & Q(**{f"{name}__lt" if key.startswith("-") else f"{name}__gt": value})
        equal &= Q(**{name: value})
    return beyond


def field_of(queryset: QuerySet[Any], name: str) -> Field[Any, Any]:
    """What the key's values are, a column's or an annotation's."""
    annotation = queryset.query.annotations.get(name)
    field: Field[Any, Any] = annotation.output_field if annotation else queryset.model._meta.get_field(name)
    return field


def _fitting(field: Field[Any, Any], value: str | int) -> Any:
    """The value as the field has it. Raises BadRequest for one that no row of such a field could have given."""
    try:
        if isinstance(field, IntegerField) != isinstance(value, int):
            raise ValueError("of another type")
        found = field.to_python(value)
        if isinstance(field, IntegerField):
            field.run_validators(found)  # its range
        if isinstance(field, DateTimeField):
            found = timezone.localtime(found, dt.UTC)  # refuses one without a zone; PostgreSQL takes not every zone
    except (ValueError, OverflowError, ValidationError) as error:
        raise BadRequest("bad cursor") from error
    return found


def _url(request: HttpRequest, direction: str, row: Any, keys: tuple[str, ...]) -> str:
    return link(request.GET, **{direction: encode([_value(row, key.lstrip("-")) for key in keys])})


def _value(row: Any, name: str) -> Any:
    value = row[name] if isinstance(row, dict) else getattr(row, name)
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else value


def encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[str | int]:
    """The values of a cursor, text or integers. Raises BadRequest."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:  # binascii.Error is a ValueError
        raise BadRequest("bad cursor") from error
    if not isinstance(values, list) or len(values) != length or not all(map(_is_storable, values)):
        raise BadRequest("bad cursor")
    return values


def _is_storable(value: object) -> bool:
    """Text that PostgreSQL takes (no NUL, no half of a surrogate pair), or an integer."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int) and not isinstance(value, bool)
