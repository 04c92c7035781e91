"""The pages of lists that are asked for often, by statements that are made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from orgs.lists.paging import SIZE, Often, field_of, rows_beyond
from users.database.statements import Given, Statement


class PageStatements:
    """One for the beginning of a list, one for what follows a cursor, one for what stands before it.

    `write` gives the set of all rows, with values that are given later; the rows are mappings of `columns`.
    """

    def __init__(self, write: Callable[[], QuerySet[Any]], columns: Sequence[str], size: int = SIZE) -> None:
        self.write, self.columns, self.size = write, columns, size
        self.made: dict[tuple[tuple[str, ...], bool], Statement] = {}

    def of(self, **given: Any) -> Often:
        """What `paginate` asks, where these values are given."""

        def ask(order: list[str], values: list[Any]) -> list[dict[str, Any]]:
            cursor = {_name(number): value for number, value in enumerate(values)}
            rows = self._statement(tuple(order), bool(values)).rows(**given, **cursor)
            return [dict(zip(self.columns, row, strict=True)) for row in rows]

        return ask

    def _statement(self, order: tuple[str, ...], is_beyond: bool) -> Statement:
        shape = (order, is_beyond)
        if shape not in self.made:
            self.made[shape] = Statement(lambda: self._page(list(order), is_beyond))
        return self.made[shape]

    def _page(self, order: list[str], is_beyond: bool) -> QuerySet[Any, Any]:
        rows = self.write()
        fields = [field_of(rows, key.lstrip("-")) for key in order]
        cursor = [Given(_name(number), field) for number, field in enumerate(fields)] if is_beyond else []
        return rows_beyond(rows, order, cursor, self.size).values_list(*self.columns)


def _name(number: int) -> str:
    return f"cursor_{number}"
