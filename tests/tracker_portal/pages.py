"""What a page says."""

from __future__ import annotations

import re
from typing import Any


def text(response: Any) -> str:
    """The words of a page, one space between them; tags inside a sentence leave none."""
    return words(response.content.decode())


def main(response: Any) -> str:
    """The words of its main part, without the top panel."""
    return words("<main" + response.content.decode().partition("<main")[2])


def section(response: Any, heading: str) -> str:
    """The words of the section whose heading has this id."""
    html = response.content.decode().partition(f'aria-labelledby="{heading}"')[2]
    assert html, f"there is no section {heading}"
    return words("<section" + html.partition("</section>")[0])


def words(html: str) -> str:
    html = re.sub(r"</?(time|b|a|code)\b[^>]*>", "", html)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
