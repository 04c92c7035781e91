"""A cluster of the time when `tracker` was the only login: it owned the database and every table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

Cluster = dict[str, str]  # PGHOST, PGPORT, PGPASSWORD (the superuser's)
ROLES = Path(__file__).with_name("roles_of_one_login.sql")


def make_roles(cluster: Cluster, password: str) -> None:
    """The roles and the empty database, as `make run` and the container made them."""
    for database in ("template1", "postgres", "tracker"):
        with session(cluster, "postgres", cluster["PGPASSWORD"], database) as cursor:
            if database == "postgres":
                cursor.execute("ALTER ROLE tracker PASSWORD %s", [password])
                cursor.execute("CREATE DATABASE tracker OWNER tracker")
            else:
                cursor.execute(ROLES.read_text())


@contextmanager
def session(cluster: Cluster, user: str, password: str, database: str = "tracker") -> Iterator[Any]:
    with closing(
        psycopg2.connect(host=cluster["PGHOST"], port=cluster["PGPORT"], user=user, password=password, dbname=database)
    ) as connection:
        connection.autocommit = True
        yield connection.cursor()
