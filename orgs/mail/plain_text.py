"""The plain text of a mail, made from its HTML: people and the tests read the same words in both.

markdownify turns what people wrote (`prose`) back into Markdown; the parts of our own frame (`mail/_layout.html`) are
put here into lines.
"""

from __future__ import annotations

from bs4.element import NavigableString, PageElement, Tag
from bs4.filter import SoupStrainer
from django.conf import settings
from markdownify import ATX, MarkdownConverter


def from_html(html: str) -> str:
    """Paragraphs apart by an empty line, a table of facts as `label: value`, links with their addresses."""
    letter = SoupStrainer("div", class_="letter")
    return f"{LetterConverter(bs4_options={'features': 'html.parser', 'parse_only': letter}).convert(html)}\n"


class LetterConverter(MarkdownConverter):
    """What the elements of a mail are as text. Nothing is escaped: a person reads it, no program."""

    class Options:
        """Of markdownify. White space is one space, as in HTML; no line is broken."""

        bullets = "-"
        escape_asterisks = False
        escape_underscores = False
        heading_style = ATX
        wrap = True
        wrap_width = None

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The button's address has a line of its own; that of a fact follows after a comma."""
        address = str(el.get("href", ""))
        if address in ("", text):
            return text
        if has_class(el.parent, "button"):
            return f"{text}:\n{address}"
        return f"{text}, {address}" if "td" in parent_tags else str(super().convert_a(el, text, parent_tags))

    def convert_b(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """Bold of ours; what people made bold is `strong`."""
        return text

    def convert_br(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n"

    def process_text(self, el: NavigableString, parent_tags: set[str]) -> str:
        """No line begins or ends with a space."""
        text = str(super().process_text(el, parent_tags))
        text = text.lstrip() if is_break(el.previous_sibling) else text
        return text.rstrip() if is_break(el.next_sibling) else text

    def convert_h1(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"{text}\n\n"

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The reason is the signature; the address is with its button already."""
        if has_class(el, "address"):
            return ""
        if has_class(el, "reason"):
            return f"\n\n--\n{text}\nTracker, {settings.ORIGIN}"
        return str(super().convert_p(el, text, parent_tags))

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n" if is_ours(el) else str(super().convert_table(el, text, parent_tags))

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"{text.strip()}\n" if is_ours(el) else str(super().convert_tr(el, text, parent_tags))

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A label is told apart from its value, what is charged from its amount."""
        if not is_ours(el):
            return str(super().convert_td(el, text, parent_tags))
        value = el.find_next_sibling("td")
        sign = " = " if has_class(value, "amount") else ": " if value else ""
        return text.strip() + sign


def has_class(el: Tag | None, name: str) -> bool:
    return el is not None and name in (el.get("class") or [])


def is_break(el: PageElement | None) -> bool:
    return isinstance(el, Tag) and el.name == "br"


def is_ours(el: Tag) -> bool:
    """In a table of the frame, not in one that somebody wrote."""
    table = el if el.name == "table" else el.find_parent("table")
    return has_class(table, "facts") or has_class(table, "action")
