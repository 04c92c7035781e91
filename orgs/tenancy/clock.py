"""The jobs' clock: the database's, so that a worker whose own clock is wrong deletes nothing early."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """The UTC instant at which PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now.astimezone(dt.UTC)
