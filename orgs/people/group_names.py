"""Names of departments and teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.tenancy.errors import Refused

SHORTEST, LONGEST = 2, 40  # characters (product.md §3)


def clean(name: str) -> str:
    """The name with single spaces. Raises Refused unless it has 2 to 40 characters."""
    name = " ".join(name.replace("\x00", "").split())
    if not SHORTEST <= len(name) <= LONGEST:
        raise Refused(_("A name has 2 to 40 characters."), field="name")
    return name
