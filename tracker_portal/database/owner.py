"""The owner's login to the database, and the only code that reads MIGRATION_DATABASE_URL (design rule 5).

Web, worker and beat never have that variable. `migrate`, `demo` and the set-up of the tests become the owner for a
while: its address takes the place of DATABASE_URL's in `default`, so there is no second alias to be used by mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

VARIABLE = "MIGRATION_DATABASE_URL"
MISSING = f"{VARIABLE} is not set: DATABASE_URL's login owns no table, so it can neither change nor empty one."
ELSEWHERE = f"{VARIABLE} names another database than DATABASE_URL."


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """What `default` does in here, it does as the owner. Outside of any transaction. Raises ImproperlyConfigured."""
    now = connection.settings_dict
    # The database's name is the connection's own: the tests' databases are not those of the addresses.
    with connected_with({**now, **owners_login(), "NAME": now["NAME"]}):
        yield


@contextmanager
def connected_with(settings: dict[str, Any]) -> Iterator[None]:
    """The connection of this thread is closed and opened anew, before and after."""
    former = connection.settings_dict
    connection.close()
    connection.settings_dict = settings
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = former


def owners_login() -> dict[str, Any]:
    """Raises ImproperlyConfigured when the address is missing or leads elsewhere."""
    if not os.environ.get(VARIABLE):
        raise ImproperlyConfigured(MISSING)
    env = environ.Env()
    login: dict[str, Any] = env.db(VARIABLE)
    if login["NAME"] != env.db("DATABASE_URL", default=os.environ[VARIABLE])["NAME"]:
        raise ImproperlyConfigured(ELSEWHERE)
    return login
