"""Who waits for a lock, asked of PostgreSQL: tests of races wait for that instead of a while."""

from __future__ import annotations

from django.db import connection


def waiting() -> int:
    """How many transactions of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # otherwise a transaction sees the first answer again
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
