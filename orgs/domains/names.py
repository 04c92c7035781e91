"""Which email domains a company may link, and how their names are written: as A-labels (product.md §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parseaddr
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orgs.domains.consumer_mail import DOMAINS, FAMILIES
from orgs.domains.models import HOST_LABEL
from orgs.tenancy.errors import Refused
from users.input.names import suffixes

LONGEST = 253 - len(HOST_LABEL) - 1  # characters: the challenge's host has to be a name, too
FIELD = "name"


def normalize(typed: str) -> str:
    """The A-label form of what was typed or pasted (UTS 46). Raises Refused for none, ours and everybody’s."""
    name = to_a_label(typed)
    registrable = suffixes().privatesuffix(name)
    if registrable is None:
        raise Refused(_("%(name)s is a public suffix: many organisations share it.") % {"name": name}, field=FIELD)
    if any(name == own or name.endswith(f".{own}") for own in own_domains()):
        sentence = _("Tracker itself sends mail from %(name)s. Enter a domain that belongs to your company.")
        raise Refused(sentence % {"name": name}, field=FIELD)
    if registrable in DOMAINS or name in DOMAINS or registrable.partition(".")[0] in FAMILIES:
        sentence = _("Anybody can get an address at %(name)s. Enter a domain that belongs to your company.")
        raise Refused(sentence % {"name": name}, field=FIELD)
    return name


def own_domains() -> Iterator[str]:
    """The portal's: whoever had addresses there would be taken for it."""
    for name in (parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2], urlsplit(settings.ORIGIN).hostname):
        with suppress(Refused):  # an address by number is nobody's domain
            yield to_a_label(name or "")


def to_a_label(typed: str) -> str:
    """The name in lower-case ASCII. Raises Refused for what is no domain name."""
    plain = re.sub(r"^https?://", "", typed.strip(), flags=re.I).partition("/")[0].removeprefix("@")
    try:
        name = idna.encode(plain, uts46=True, std3_rules=True, transitional=False).decode().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        name = ""
    if len(name) > LONGEST or "." not in name or name.rpartition(".")[2].isdigit():
        raise Refused(_("Enter a domain name, such as company.com."), field=FIELD)
    return name
