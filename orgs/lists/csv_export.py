"""CSV that is safe in a spreadsheet: no cell of it is a formula (design rule 17)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
BOM = "\ufeff"  # tells a spreadsheet that the text is UTF-8


def cell(value: object) -> str:
    """The value as a cell: what a spreadsheet would calculate begins with an apostrophe. `plain` takes it off.

    A number is no formula, below zero neither.
    """
    if isinstance(value, int | Decimal):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(text: str) -> str:
    """What a cell held before it was made safe."""
    return text[1:] if text.startswith("'") else text


def table(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV (RFC 4180)."""
    lines = io.StringIO()
    csv.writer(lines).writerows([cell(value) for value in row] for row in rows)
    return lines.getvalue()
