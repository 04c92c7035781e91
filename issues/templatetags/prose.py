"""Shows text that people wrote."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from issues.text import markdown

register = template.Library()


@register.filter
def prose(text: str, heading: int = 2) -> SafeString:
    """Markdown as HTML; its highest headings become h<heading>."""
    return markdown.render(text, heading=heading)
