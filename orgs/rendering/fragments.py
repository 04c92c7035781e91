"""Small templates of which a page draws many: rows of lists, events of a timeline.

The template engine takes a hundred microseconds for a row, most of it for what is the same in every one. A fragment is
drawn by the engine once for each language and each combination of its flags; filling it in is joining strings. It stays
a template: linted, translated, with the tags of all others.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.template.base import Node, NodeList, TextNode, TokenType, VariableNode
from django.template.defaulttags import IfNode
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orgs.rendering.loader import Constant

MARK = "\x00"  # stands in no template
Flags = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Fragment:
    """A template of constant nodes, plain variables and conditions on flags; these are its arguments.

    A flag is an argument that is True or False.
    """

    name: str

    def __call__(self, **values: object) -> SafeString:
        """The HTML with these values. Each is escaped, unless it is HTML already (SafeString)."""
        flags = tuple([item for item in values.items() if item[1] is True or item[1] is False])
        text, names = _drawn(self.name, get_language(), cast(Flags, flags))
        return SafeString(text % tuple([_escaped(values[name]) for name in names]))


def _escaped(value: object) -> str:
    return value if isinstance(value, SafeString) else html.escape(str(value))


@lru_cache(maxsize=1_000)
def _drawn(name: str, language: str | None, flags: Flags) -> tuple[str, tuple[str, ...]]:
    """The template as a text for `%`, and the variables in their order."""
    template = cast(Template, get_template(name).template)  # type: ignore[attr-defined]
    reader = _Reader(name, dict(flags))
    marks = {variable: SafeString(f"{MARK}{variable}{MARK}") for variable in reader.variables(template.nodelist)}
    parts = template.render(Context(marks | reader.flags)).strip().split(MARK)
    return "%s".join(part.replace("%", "%%") for part in parts[::2]), tuple(parts[1::2])


@dataclass(frozen=True)
class _Reader:
    """Finds the variables of a template. Raises ImproperlyConfigured for what would be decided once for all rows."""

    name: str
    flags: dict[str, bool]

    def variables(self, nodes: NodeList) -> set[str]:
        return {variable for node in nodes for variable in self._variables(node)}

    def _variables(self, node: Node) -> Iterator[str]:
        if isinstance(node, VariableNode):
            yield self._plain(str(node.filter_expression.token))
        elif isinstance(node, BlockTranslateNode) and not (node.plural or node.extra_context or node.asvar):
            yield from (self._plain(token.contents) for token in node.singular if token.token_type == TokenType.VAR)
        elif isinstance(node, IfNode):
            for condition, inner in node.conditions_nodelists:
                self._check(condition)
                yield from self.variables(inner)
        elif not isinstance(node, Constant | TextNode):
            raise ImproperlyConfigured(f"{self.name}: {node!r} is not the same in every row")

    def _plain(self, variable: str) -> str:
        if not variable.isidentifier() or variable in self.flags:
            raise ImproperlyConfigured(f"{self.name}: {variable!r} is no plain variable")
        return variable

    def _check(self, condition: Any) -> None:
        """A condition of flags alone; None is that of `else`."""
        if (expression := getattr(condition, "value", None)) is not None:
            if str(expression.token) not in self.flags:
                raise ImproperlyConfigured(f"{self.name}: {expression.token!r} is no flag")
            return
        for part in ("first", "second"):
            if (inner := getattr(condition, part, None)) is not None:
                self._check(inner)
