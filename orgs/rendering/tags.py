"""Short words in a row: tags of an issue, teams of a person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from orgs.rendering.fragments import Fragment

TAG = Fragment("components/_tag.html")
MORE = Fragment("components/_more.html")
SHOWN = 3


def first_tags(names: Sequence[str]) -> SafeString:
    """The first three."""
    return SafeString("".join([TAG(tag=name) for name in names[:SHOWN]]))


def tags(names: Sequence[str]) -> SafeString:
    """The first three, and how many more there are, whose names are its title."""
    more = names[SHOWN:]
    return SafeString(first_tags(names) + MORE(names=", ".join(more), number=len(more))) if more else first_tags(names)
