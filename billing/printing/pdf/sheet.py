"""A sheet of A4 with the documents' fonts: text, rules and the mark, placed by millimetres from the upper left."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FAMILY = "Inter"
WIDTH, HEIGHT, MARGIN, FOOT = 210.0, 297.0, 18.0, 24.0  # FOOT: what the last line of a page keeps free
INNER = WIDTH - 2 * MARGIN
BOTTOM = HEIGHT - FOOT
POINT = 25.4 / 72  # millimetres
LEADING = 1.45
INK, MUTED, RULE, MARK = (26, 30, 38), (96, 101, 110), (222, 224, 228), (65, 80, 215)


class Sheet(FPDF):
    """The file in the making. It says that it was made at the beginning of `dated_on` (UTC), whenever that was."""

    def __init__(self, *, title: str, author: str, language: str, dated_on: dt.date) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font(FAMILY, "", FONTS / "Inter-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "Inter-Bold.ttf")
        self.set_creation_date(dt.datetime.combine(dated_on, dt.time(), dt.UTC))
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)

    def use(self, size: float, *, bold: bool = False, muted: bool = False) -> None:
        """What is written next: its size in points, and how."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*(MUTED if muted else INK))

    @property
    def line_height(self) -> float:
        return float(self.font_size_pt) * POINT * LEADING

    def write_at(self, x: float, y: float, text: str, *, width: float = 0, align: Align = Align.L) -> None:
        """One line; `align` places it within `width`."""
        self.set_xy(x, y)
        self.cell(width or None, self.line_height, text, align=align)

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines that are no wider."""
        found = self.multi_cell(
            width, self.line_height, text, align=Align.L, dry_run=True, output=MethodReturnValue.LINES
        )
        return [str(line) for line in found] if isinstance(found, list) else []

    def write_lines(self, x: float, y: float, text: str, width: float) -> float:
        """The text in as many lines as it takes; answers where they end."""
        for line in self.wrapped(text, width):
            self.write_at(x, y, line)
            y += self.line_height
        return y

    def rule(self, y: float, *, strong: bool = False) -> None:
        """A line across the sheet."""
        self.set_draw_color(*(INK if strong else RULE))
        self.set_line_width(0.5 if strong else 0.25)
        self.line(MARGIN, y, WIDTH - MARGIN, y)

    def mark(self, x: float, y: float, size: float) -> None:
        """The product's mark."""
        self.set_fill_color(*MARK)
        self.rect(x, y, size, size, style="F", round_corners=True, corner_radius=size / 4)
        self.set_draw_color(255, 255, 255)
        self.set_line_width(size / 10)
        self.polyline([(x + size * part, y + size * down) for part, down in ((0.29, 0.52), (0.43, 0.66), (0.73, 0.35))])
