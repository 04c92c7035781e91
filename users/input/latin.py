"""What a name suggests in Latin letters, whatever script it is in: an address, a login, a queue's key."""

from __future__ import annotations

import re
from itertools import accumulate

from anyascii import anyascii

ADDRESS = 40  # characters at most
KEY = 15
SOFT = re.compile(r"['\"`]")  # what a transliteration writes for a soft or hard sign


def has_other_letters(name: str) -> bool:
    """Whether an address made of the name shows letters that the name does not have."""
    return any(sign.isalpha() and not sign.isascii() for sign in name)


def words(name: str) -> list[str]:
    """The words of a name in lower-case ASCII letters and digits."""
    return re.findall(r"[a-z0-9]+", SOFT.sub("", anyascii(name)).lower())


def address(name: str) -> str:
    """A company's address of 2 to 40 characters; "company" when the name has no letters. Whole words, if they fit."""
    found = "-".join(words(name))
    fitting = [text for text in accumulate(words(name), "{}-{}".format) if len(text) <= ADDRESS]
    suggested = fitting[-1] if fitting else found[:ADDRESS]
    return suggested if len(suggested) > 1 else "company"


def login(first_name: str, last_name: str) -> str:
    """`anna.petrova`; "" when the names have no letters."""
    return ".".join(filter(None, ("".join(words(name)) for name in (first_name, last_name))))


def key(name: str) -> str:
    """A queue's key: the initials of several words, else the word itself; "" when the name has no letters."""
    letters = [re.sub(r"[^a-z]", "", word) for word in words(name)]
    found = [word for word in letters if word]
    return ("".join(word[0] for word in found) if len(found) > 1 else "".join(found)).upper()[:KEY]
