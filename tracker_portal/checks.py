"""Checks at start: every view is marked, no setting is unsafe outside development, and no login is above the wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.urls import URLPattern, URLResolver, get_resolver

from users import permissions
from users.permissions import Mark


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every (path, view) that the URL configuration knows."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


@register(Tags.security)
def every_view_is_marked(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """A view without a mark, or with one without methods, is shut by the wall; here it stops the start, by name."""
    hint = "Mark it with one of users/permissions.py and its methods: @member_reads.get."
    return [
        Error(f"The view of /{path} {fault}: {view.__module__}.{view.__name__}.", hint=hint, id="tracker.E001")
        for path, view in views()
        if (fault := _fault_of(permissions.mark_of(view)))
    ]


def _fault_of(mark: Mark | None) -> str:
    if mark is None:
        return "has no mark"
    return "" if mark.methods else "has a mark that names no method"


@register(Tags.security)
def production_is_safe(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Outside development these settings refuse to start, and say why."""
    if settings.DEVELOPMENT:
        return []
    return [Error(reason, hint=f"Set {name}.", id="tracker.E002") for name, reason in unsafe_settings()]


def unsafe_settings() -> Iterator[tuple[str, str]]:
    """(variable, why it is unsafe) for each unsafe setting of a production start."""
    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY or len(settings.SECRET_KEY) < 50:
        yield "SECRET_KEY", "SECRET_KEY is the development one or shorter than 50 characters: sessions could be forged."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS", "ALLOWED_HOSTS accepts any host: links could be made to point elsewhere."
    if not settings.ORIGIN.startswith("https://"):
        yield "ORIGIN", "ORIGIN is not https: passwords and sessions would travel in clear."
    if not settings.EMAIL_URL:
        yield "EMAIL_URL", "EMAIL_URL is not set: no mail would leave."
    if settings.STRIPE_SECRET_KEY and not settings.STRIPE_WEBHOOK_SECRET:
        yield (
            "STRIPE_WEBHOOK_SECRET",
            "STRIPE_WEBHOOK_SECRET is not set: what Stripe tells of payments would be refused.",
        )
    for name, value in settings.SELLER.items():
        if value.strip() in {"", settings.DEVELOPMENT_SELLER[name]}:
            variable = f"SELLER_{name.upper()}"
            yield variable, f"{variable} is not set: documents would name a seller who does not exist."


BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
OWNS = """SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND pg_get_userbyid(relowner) = session_user)"""
WRONG_LOGINS = [
    (
        "tracker.E003",
        BYPASSES,
        "The database login role is superuser or bypasses row security: the wall between companies would not hold.",
    ),
    (
        "tracker.E004",
        OWNS,
        "The database login role owns tables: it could empty them, and switch off what keeps ledger and audit trail.",
    ),
]


@register(Tags.database)
def login_is_below_the_wall(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """About DATABASE_URL's login: no command is the owner when it checks. Asked only where a database is named."""
    if not kwargs.get("databases"):
        return []
    hint = "Use roles as docker/postgres/roles.sql creates them; docs/operations.md tells how to run it again."
    with connection.cursor() as cursor:
        return [Error(reason, hint=hint, id=number) for number, sql, reason in WRONG_LOGINS if _answer(cursor, sql)]


def _answer(cursor: CursorWrapper, sql: str) -> bool:
    cursor.execute(sql)
    return bool(cursor.fetchone()[0])
