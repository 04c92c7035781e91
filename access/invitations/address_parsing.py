"""Addresses as people paste them: commas, semicolons, spaces, lines, `Name <a@b>`, in any mixture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from users.accounts import addresses

SEPARATORS = re.compile(r"[\s,;|<>\"'()\[\]\u00a0\u200b\ufeff]+")


@dataclass(frozen=True)
class Pasted:
    """Good addresses, normalized, each once, in their order; and what could not be read, with the reason."""

    good: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]


def parse(text: str) -> Pasted:
    """What is in brackets is an address. Beside brackets, words without an @ are somebody's name; else they are bad."""
    words = [word.strip(".:") for word in SEPARATORS.split(text.replace("mailto:", " "))]
    has_names = "<" in text
    good: dict[str, None] = {}
    bad: dict[str, str] = {}
    for word in filter(None, words):
        email = addresses.normalize(word)
        if reason := fault(email):
            if "@" in word or not has_names:
                bad[word[:100]] = reason
        else:
            good[email] = None
    return Pasted(tuple(good), tuple(bad.items()))


def fault(word: str) -> str:
    """Why a word is no address; "" when it is one."""
    name, at, domain = word.partition("@")
    if not at:
        return _("no @ in it")
    if not name:
        return _("a name is missing before the @")
    if not domain:
        return _("a domain is missing after the @")
    try:
        validate_email(word)
    except ValidationError:
        return _("not an email address")
    return "" if len(word) <= 254 else _("too long")
