"""Templates as Django reads them, with what never changes drawn once for each language.

Most nodes of a page are texts, translations, icons and addresses of static files: a hundred times in one answer they
give what they gave in the last. Side by side they become one node that remembers its text; the address of a page is
remembered by its arguments. Nothing here depends on who asks, so nothing is ever forgotten but with the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, cast

from django.template import Context, Origin, Template
from django.template.base import Node, NodeList, TextNode, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orgs.rendering.addresses import page_address
from orgs.rendering.icons import icon, sprite_url

CONSTANT_TAGS = (icon, sprite_url)
INDENTATION = re.compile(r"\s*\n\s*")
KEEPS_LINES = re.compile(r"<(pre|textarea|script|style)\b")


class Loader(cached.Loader):
    """Django's cached loader; a template is made faster when it is read."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        key = self.cache_key(template_name, skip)
        is_new = key not in self.get_template_cache
        template: Template = super().get_template(template_name, skip)
        if is_new:
            if template_name.endswith(".html") and not KEEPS_LINES.search(template.source):
                squeeze(template.nodelist)
            fold(template.nodelist)
        return template


def squeeze(nodes: NodeList) -> None:
    """Takes the indentation out, half of a list's characters; between words one break of a line is as good as many."""
    for node in nodes.get_nodes_by_type(TextNode):
        cast(TextNode, node).s = INDENTATION.sub("\n", cast(TextNode, node).s)


def fold(nodes: NodeList) -> None:
    """Joins what is constant, in here and in all that stands inside."""
    for node in nodes:
        for inner in _inner(node):
            fold(inner)
    nodes[:] = _folded(nodes)


def _inner(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    yield from (nodes for name in node.child_nodelists if (nodes := getattr(node, name, None)))


def _folded(nodes: Iterable[Node]) -> Iterator[Node]:
    for constant, run in groupby(nodes, key=is_constant):
        if constant:
            yield _joined(list(run))
        else:
            yield from (PageAddress(node) if isinstance(node, URLNode) else node for node in run)


def _joined(run: list[Node]) -> Node:
    return run[0] if len(run) == 1 and isinstance(run[0], TextNode) else Constant(run)


def is_constant(node: Node) -> bool:
    """Whether the node gives the same whenever it is asked, and leaves nothing behind in the context."""
    if isinstance(node, TranslateNode):
        return node.asvar is None and node.message_context is None and not _looks_up(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        return not (node.asvar or node.extra_context or node.plural or node.message_context) and _is_text(node)
    if isinstance(node, StaticNode):
        return node.varname is None and not _looks_up(node.path)
    if isinstance(node, URLNode):
        return node.asvar is None and not (node.args or node.kwargs or _looks_up(node.view_name))
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        return node.func in CONSTANT_TAGS and node.target_var is None and not any(map(_looks_up, given))
    return isinstance(node, TextNode | CommentNode | LoadNode)


def _looks_up(expression: Any) -> bool:
    """Whether an expression reads something of the context."""
    return bool(expression.filters) or (isinstance(expression.var, Variable) and expression.var.lookups is not None)


def _is_text(node: BlockTranslateNode) -> bool:
    return all(token.token_type.name == "TEXT" for token in node.singular)


class Constant(Node):
    """Nodes that stand side by side and never change."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.token, self.origin = nodes[0].token, nodes[0].origin
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            self.drawn[language] = NodeList(self.nodes).render(context)
        return self.drawn[language]


class PageAddress(URLNode):
    """`{% url %}` whose arguments are asked for anew, and whose answer is remembered by them."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.token, self.origin = node.token, node.origin

    def render(self, context: Context) -> str:
        args = [value.resolve(context) for value in self.args]
        values = {name: value.resolve(context) for name, value in self.kwargs.items()}
        try:
            address = page_address(self.view_name.resolve(context), *args, **values)
        except NoReverseMatch:
            return str(super().render(context))  # which says so, or nothing, as the tag is written
        if self.asvar:
            context[self.asvar] = address
            return ""
        return escape(address) if context.autoescape else address
