"""Files that go with a mail: the outbox keeps a reference, and the file is made when the mail is sent.

The kinds are composed in the settings (MAIL_ENCLOSURES): who makes them stands above this layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Attachment:
    """A file as it stands in a mail."""

    name: str
    content: bytes
    content_type: str


def refer(kind: str, pk: int) -> str:
    """What the outbox keeps."""
    return f"{kind}:{pk}"


def attachment(org_id: int, reference: str) -> Attachment:
    """The file of a company's mail, made outside any transaction. Raises KeyError for a kind that does not exist."""
    kind, _, pk = reference.partition(":")
    maker: Callable[[int, int], Attachment] = import_string(settings.MAIL_ENCLOSURES[kind])
    return maker(org_id, int(pk))
