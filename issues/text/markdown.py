"""The one Markdown pipeline: text that people wrote becomes HTML that is safe to show (design rule 17).

Two walls: the parser escapes HTML, and the sanitizer lets through listed tags and attributes only. Images are left out
until there are attachments: one from elsewhere would tell its server who reads.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

VERSION = 1  # of everything in here that a text's HTML depends on; with another one all kept HTML is made anew
CACHED_LENGTH = 4_000  # characters; longer texts are rare and would fill the memory
CACHE_SIZE = 1_000
DEEPEST = 6

# `breaks`: a new line stays one, as people expect who never learned Markdown.
PARSER = MarkdownIt("gfm-like", {"html": False, "linkify": True, "breaks": True}).disable("image")
SANITIZER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "ul", "ol", "li"),
        *("strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"pre": {"tabindex": "0"}},  # a wide one is scrolled by keyboard too
)


def render(text: str, *, heading: int = 2) -> SafeString:
    """HTML of a text; its highest headings become h<heading>, so that the page's outline has no gaps."""
    if len(text) <= CACHED_LENGTH:
        return _cached(text, heading)
    return _render(text, heading)


def keep(text: str, *, heading: int = 2) -> str:
    """HTML of a text to be stored beside it, after what says which text it is of; for `kept_or_rendered`."""
    return _fingerprint(text, heading) + render(text, heading=heading) if text else ""


def kept_or_rendered(text: str, kept: str, *, heading: int = 2) -> SafeString:
    """HTML of a text: the kept one, unless it is of another text, or of a renderer that was changed since."""
    fingerprint = _fingerprint(text, heading)
    if kept.startswith(fingerprint):
        return mark_safe(kept[len(fingerprint) :])  # noqa: S308 - `keep` has stored the sanitizer's output
    return render(text, heading=heading)


def _fingerprint(text: str, heading: int) -> str:
    return hashlib.blake2b(f"{VERSION} {heading} {text}".encode(), digest_size=16).hexdigest() + "\n"


def _render(text: str, heading: int) -> SafeString:
    tokens = PARSER.parse(text)
    _settle_headings(tokens, heading)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return mark_safe(SANITIZER.clean(html))  # noqa: S308 - this is the sanitizer's output


_cached = lru_cache(maxsize=CACHE_SIZE)(_render)


def _settle_headings(tokens: list[Token], top: int) -> None:
    """Numbers the heading levels without gaps: the levels in use from `top` on, none deeper than one below the last."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    last = top - 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(top + used.index(token.tag), last + 1, DEEPEST)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
