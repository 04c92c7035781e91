"""Names of people and companies: no web address in them (product.md §3).

They stand in subjects and texts of mails to people who never asked for one, and mail programs make a link of whatever
looks like an address.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

DOTS = str.maketrans("。．｡", "...")
MARKS = re.compile(r"\S*://\S*|\bwww\.\S*", re.IGNORECASE)
HOST = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)+")


def web_address(name: str) -> str:
    """The first web address in a name; "" when there is none. A host counts when its last label is in use."""
    plain = unicodedata.normalize("NFKC", name).translate(DOTS)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    if marked := MARKS.search(plain):
        return marked.group()
    return next((host for host in HOST.findall(plain) if _is_in_use(host.rpartition(".")[2])), "")


def _is_in_use(label: str) -> bool:
    """Whether a domain may end with it: `com`, `рф`, and not `js`."""
    try:
        ending = idna.encode(label, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return False
    return suffixes().publicsuffix(f"name.{ending}", accept_unknown=False) is not None


@cache
def suffixes() -> PublicSuffixList:
    """The list that comes with the library, parsed once in a process."""
    return PublicSuffixList()
