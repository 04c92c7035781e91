"""Checks at start: every view is marked, and nothing is unsafe outside development."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from users import doors
from users.doors import Door


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
    hint = "Mark it with one of users/doors.py and its methods: @member_reads.get."
    return [
        Error(f"The view of /{path} {fault}: {view.__module__}.{view.__name__}.", hint=hint, id="tracker.E001")
        for path, view in views()
        if (fault := _fault_of(doors.of(view)))
    ]


def _fault_of(door: Door | None) -> str:
    if door is None:
        return "has no mark"
    return "" if door.methods else "has a mark that names no method"


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


@register(Tags.database)
def role_cannot_bypass_row_security(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """The login role must be subject to row security. Asked only by commands that talk to the database."""
    if not kwargs.get("databases"):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        bypasses = cursor.fetchone()[0]
    if not bypasses:
        return []
    reason = "The database login role is superuser or bypasses row security: the wall between companies would not hold."
    return [Error(reason, hint="Use a role as docker/postgres/roles.sql creates it.", id="tracker.E003")]
