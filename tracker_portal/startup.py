"""What is unsafe stops every process at its start: web, worker and beat, not only the commands of manage.py."""

from __future__ import annotations

from contextlib import suppress

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections


def refuse_unsafe() -> None:
    """Raises ImproperlyConfigured with every reason.

    A database that is away just now stops no process: it comes back, and meanwhile pages say so.
    """
    found = run_checks(tags=[Tags.security])
    with suppress(OperationalError):
        found += run_checks(tags=[Tags.database], databases=["default"])
    connections.close_all()  # processes that are forked from this one must not share a connection
    if reasons := [str(message) for message in found if message.is_serious()]:
        raise ImproperlyConfigured("\n".join(["Not started:", *reasons]))


def exit_unsafe() -> None:
    """The same for Celery, whose signals swallow every exception but this one."""
    try:
        refuse_unsafe()
    except ImproperlyConfigured as unsafe:
        raise SystemExit(str(unsafe)) from unsafe
