"""The table of a paper: columns as wide as what stands in them, a head on every page, rows that stay whole."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf.enums import Align

from billing.printing.pdf.sheet import INNER, MARGIN, Sheet
from billing.printing.printable import Column, Row

TEXT, SMALL = 9.5, 8.0
HEAD = 9.0  # its height, in millimetres
PADDING = 2.4  # above and below a row
BETWEEN = 7.0  # columns
NARROWEST = 40.0  # the wide column


class Table:
    """Measures all rows first, so that the columns are the same on each page."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        self.sheet, self.columns = sheet, columns
        natural = [self._natural(number, column, rows) for number, column in enumerate(columns)]
        wide = max(INNER - sum(natural) - BETWEEN * (len(columns) - 1), NARROWEST)
        self.widths = [wide if column.is_wide else width for column, width in zip(columns, natural, strict=True)]

    def _natural(self, number: int, column: Column, rows: Sequence[Row]) -> float:
        """What the column's widest text takes; nothing for the one that gets the rest."""
        if column.is_wide:
            return 0
        self.sheet.use(SMALL, bold=True)
        heading = self.sheet.get_string_width(column.heading)
        self.sheet.use(TEXT)
        return max([heading, *(self.sheet.get_string_width(row.cells[number]) for row in rows)])

    def height(self, row: Row) -> float:
        """What the row takes, in millimetres."""
        lines = max(len(self._lines(row, number)) for number in range(len(self.columns)))
        self.sheet.use(TEXT)
        text = lines * self.sheet.line_height
        self.sheet.use(SMALL)
        return text + (self.sheet.line_height if row.note else 0) + 2 * PADDING

    def draw(self, rows: Sequence[Row], y: float) -> float:
        """The head and these rows, from `y` down; nothing when there is none. Answers where they end."""
        if not rows:
            return y
        self.sheet.use(SMALL, bold=True, muted=True)
        for number, column in enumerate(self.columns):
            self._write(number, y + 2, column.heading)
        y += HEAD
        self.sheet.rule(y)
        for row in rows:
            self._draw_row(row, y + PADDING)
            y += self.height(row)
            self.sheet.rule(y)
        return y + PADDING

    def _draw_row(self, row: Row, y: float) -> None:
        end = y
        for number in range(len(self.columns)):
            lines = self._lines(row, number)
            for place, line in enumerate(lines):
                self._write(number, y + place * self.sheet.line_height, line)
            end = max(end, y + len(lines) * self.sheet.line_height)
        if row.note:
            self.sheet.use(SMALL, muted=True)
            self.sheet.write_at(MARGIN, end, row.note)

    def _lines(self, row: Row, number: int) -> list[str]:
        self.sheet.use(TEXT)
        text = row.cells[number]
        return self.sheet.wrapped(text, self.widths[number]) if self.columns[number].is_wide else [text]

    def _write(self, number: int, y: float, text: str) -> None:
        x = MARGIN + sum(self.widths[:number]) + BETWEEN * number
        align = Align.R if self.columns[number].is_number else Align.L
        self.sheet.write_at(x, y, text, width=self.widths[number], align=align)
