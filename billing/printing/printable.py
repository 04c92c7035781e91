"""A paper: what stands on a printed document, all of it already in words. The page and the PDF only show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Party:
    """Who sells or who pays: a heading and lines."""

    heading: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Column:
    """`is_wide`: it takes the room that the others leave, and its text may take several lines."""

    heading: str
    is_number: bool = False
    is_wide: bool = False


@dataclass(frozen=True)
class Row:
    """A cell for each column; `note` stands smaller below the first one's text."""

    cells: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class Sum:
    """A line below the rows."""

    label: str
    amount: str
    is_total: bool = False


@dataclass(frozen=True)
class Paper:
    """`name` stands in the foot of every page; `dated_on` (a UTC date) is when the file says that it was made."""

    language: str
    title: str
    name: str
    dated_on: dt.date
    author: str
    facts: Sequence[tuple[str, str]]
    parties: Sequence[Party]
    columns: Sequence[Column]
    rows: Sequence[Row]
    sums: Sequence[Sum]
    notes: Sequence[str] = field(default_factory=tuple)
