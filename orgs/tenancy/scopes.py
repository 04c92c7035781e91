"""The two tenant scopes: the only code that sets the database role (design rule 5).

Outside both, the login role matches no row-security policy: an unscoped query of a tenant table sees nothing and
writes nothing. Everything is set locally, so it ends with the transaction and is safe behind a transaction pooler.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

TENANT_ROLE = "tracker_tenant"
PLATFORM_ROLE = "tracker_platform"
_scope_now: ContextVar[tuple[str, str] | None] = ContextVar("scope", default=None)


@contextmanager
def company_scope(org_id: int, *, read_only: bool = False) -> Iterator[None]:
    """One transaction that sees and writes the rows of one company only; read-only on request.

    A read-only scope ends in a rollback: there is nothing to keep, and the setting goes with it.
    """
    with _scope(TENANT_ROLE, str(org_id), read_only=read_only):
        yield


@contextmanager
def platform_scope(*, read_only: bool = False) -> Iterator[None]:
    """One transaction that sees the rows of every company: sweeps, the outbox drainer, operators, data migrations."""
    with _scope(PLATFORM_ROLE, "", read_only=read_only):
        yield


@contextmanager
def forbid_writes() -> Iterator[None]:
    """A part of a transaction that cannot write, whatever it calls. It ends in a rollback, and the setting with it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('transaction_read_only', 'on', true)")
        yield
        transaction.set_rollback(True)


@contextmanager
def _scope(role: str, org: str, *, read_only: bool) -> Iterator[None]:
    outer = _scope_now.get() if connection.in_atomic_block else None
    former = _current() if connection.in_atomic_block and outer is None else outer
    with transaction.atomic():
        if read_only or outer != (role, org):
            _enter(role, org, read_only=read_only)
        entered = _scope_now.set((role, org))
        try:
            yield
        finally:
            _scope_now.reset(entered)
        if read_only:
            transaction.set_rollback(True)
        elif former and former != (role, org) and not connection.needs_rollback:
            _enter(*former, read_only=False)


def _current() -> tuple[str, str]:
    """What is set outside of any scope: by the transaction of a test, say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), coalesce(current_setting('app.org_id', true), '')")
        role, org = cursor.fetchone()
        return role, org


def _enter(role: str, org: str, *, read_only: bool) -> None:
    sql = "SELECT set_config('app.org_id', %s, true), set_config('role', %s, true)"
    if read_only:
        sql += ", set_config('transaction_read_only', 'on', true)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [org, role])
