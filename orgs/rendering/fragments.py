"""Small templates of which a page draws many: rows of lists, events of a timeline.

The template engine takes a hundred microseconds for a row, most of it for what is the same in every one. A fragment is
drawn by the engine once for each language; filling it in is joining strings. It stays a template: linted, translated,
with the tags of all others.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache
from typing import cast

from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.template.base import NodeList, TextNode, VariableNode
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orgs.rendering.loader import Constant

MARK = "\x00"  # stands in no template


@dataclass(frozen=True)
class Fragment:
    """A template of constant nodes and plain variables, which are its arguments."""

    name: str

    def __call__(self, **values: object) -> SafeString:
        """The HTML with these values. Each is escaped, unless it is HTML already (SafeString)."""
        text, names = _drawn(self.name, get_language())
        return SafeString(text % tuple([_escaped(values[name]) for name in names]))


def _escaped(value: object) -> str:
    return value if isinstance(value, SafeString) else html.escape(str(value))


@cache
def _drawn(name: str, language: str | None) -> tuple[str, tuple[str, ...]]:
    """The template as a text for `%`, and the variables in their order."""
    template = cast(Template, get_template(name).template)  # type: ignore[attr-defined]
    marks = {variable: SafeString(f"{MARK}{variable}{MARK}") for variable in _variables(name, template.nodelist)}
    parts = template.render(Context(marks)).strip().split(MARK)
    return "%s".join(part.replace("%", "%%") for part in parts[::2]), tuple(parts[1::2])


def _variables(name: str, nodes: NodeList) -> set[str]:
    """The variables it shows. Raises ImproperlyConfigured for what would be decided once for all rows."""
    variables = set()
    for node in nodes:
        if not isinstance(node, Constant | TextNode | VariableNode):
            raise ImproperlyConfigured(f"{name}: {node!r} is not the same in every row")
        if isinstance(node, VariableNode):
            variable = str(node.filter_expression.token)
            if not variable.isidentifier():
                raise ImproperlyConfigured(f"{name}: {variable!r} is no plain variable")
            variables.add(variable)
    return variables
