"""How a paper is laid out: its head, the rows over as many pages as they take, the sums."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf.enums import Align

from billing.printing.pdf.sheet import BOTTOM, HEIGHT, INNER, MARGIN, WIDTH, Sheet
from billing.printing.pdf.table import HEAD, Table
from billing.printing.printable import Paper, Party, Row

TITLE, TEXT, SMALL, TOTAL = 20.0, 10.0, 8.5, 13.0
MARK = 9.5
SUM, GAP = 7.0, 5.0
FOOT_AT = HEIGHT - 15


def render(paper: Paper) -> bytes:
    title = f"{paper.title} {paper.name}"
    sheet = Sheet(title=title, author=paper.author, language=paper.language, dated_on=paper.dated_on)
    sheet.add_page()
    top = _head(sheet, paper)
    table = Table(sheet, paper.columns, paper.rows)
    pages = _paginate(table, paper, top=top, last=_closing_height(sheet, paper))
    for number, rows in enumerate(pages, start=1):
        if number > 1:
            sheet.add_page()
            top = MARGIN
        y = table.draw(rows, top)
        if number == len(pages):
            _close(sheet, paper, y)
        _foot(sheet, paper.name, f"{number} / {len(pages)}")
    return bytes(sheet.output())


def _head(sheet: Sheet, paper: Paper) -> float:
    """Title, facts and the two parties; answers where they end."""
    sheet.use(TITLE, bold=True)
    y = sheet.write_lines(MARGIN, MARGIN, paper.title, INNER - 2 * MARK)
    sheet.mark(WIDTH - MARGIN - MARK, MARGIN, MARK)
    sheet.use(TEXT, muted=True)
    sheet.write_at(MARGIN, y, paper.name)
    y = _facts(sheet, paper.facts, y + sheet.line_height + GAP)
    width = (INNER - GAP) / 2
    ends = [
        _party(sheet, party, MARGIN + number * (width + GAP), y + GAP, width)
        for number, party in enumerate(paper.parties)
    ]
    return max([y, *ends]) + 2 * GAP


def _facts(sheet: Sheet, facts: Sequence[tuple[str, str]], y: float) -> float:
    """Between two rules, side by side."""
    sheet.rule(y)
    x, end = MARGIN, y
    for label, value in facts:
        end = _fact(sheet, label, value, x, y + 3)
        sheet.use(TEXT, bold=True)
        x += max(sheet.get_string_width(value), sheet.get_string_width(label)) + 12
    sheet.rule(end + 3)
    return end + 3


def _fact(sheet: Sheet, label: str, value: str, x: float, y: float) -> float:
    sheet.use(SMALL, muted=True)
    sheet.write_at(x, y, label)
    y += sheet.line_height
    sheet.use(TEXT, bold=True)
    sheet.write_at(x, y, value)
    return y + sheet.line_height


def _party(sheet: Sheet, party: Party, x: float, y: float, width: float) -> float:
    sheet.use(SMALL, bold=True, muted=True)
    sheet.write_at(x, y, party.heading)
    y += sheet.line_height + 0.5
    sheet.use(TEXT)
    for line in party.lines:
        y = sheet.write_lines(x, y, line, width)
    return y


def _paginate(table: Table, paper: Paper, *, top: float, last: float) -> list[list[Row]]:
    """The rows of each page; none is broken, and `last` more millimetres find room below the last one."""
    pages: list[list[Row]] = [[]]
    y = top + HEAD
    for row in paper.rows:
        height = table.height(row)
        if y + height > BOTTOM:
            pages.append([])
            y = MARGIN + HEAD
        pages[-1].append(row)
        y += height
    if y + last > BOTTOM:  # the last row goes with the sums, unless it is alone already
        stay = max(len(pages[-1]) - 1, 1)
        pages[-1:] = [pages[-1][:stay], pages[-1][stay:]]
    return pages


def _closing_height(sheet: Sheet, paper: Paper) -> float:
    sheet.use(SMALL)
    notes = sum(len(sheet.wrapped(note, INNER)) for note in paper.notes) * sheet.line_height
    return SUM * (len(paper.sums) + 1) + 2 * GAP + notes


def _close(sheet: Sheet, paper: Paper, y: float) -> None:
    """The sums, to the right, and the notes."""
    for line in paper.sums:
        if line.is_total:
            sheet.rule(y + 1, strong=True)
            y += 3
        sheet.use(TOTAL if line.is_total else TEXT, bold=line.is_total)
        width = max(sheet.get_string_width(line.amount) + 8, 34)
        sheet.write_at(MARGIN, y, line.label, width=INNER - width, align=Align.R)
        sheet.write_at(MARGIN, y, line.amount, width=INNER, align=Align.R)
        y += SUM
    y += 2 * GAP
    sheet.use(SMALL, muted=True)
    for note in paper.notes:
        y = sheet.write_lines(MARGIN, y, note, INNER)


def _foot(sheet: Sheet, name: str, number: str) -> None:
    sheet.use(SMALL, muted=True)
    sheet.write_at(MARGIN, FOOT_AT, name)
    sheet.write_at(MARGIN, FOOT_AT, number, width=INNER, align=Align.R)
