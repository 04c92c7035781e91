"""What happens and is taken back, so that the next try finds what this one found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
