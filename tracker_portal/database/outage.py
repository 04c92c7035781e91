"""Without its database a page is 503 and says when to come again, whatever layer had asked (design.md, "Speed")."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = 10  # seconds
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# PostgreSQL's classes of errors that are no outage though the driver counts them so: a deadlock or a conflict of
# transactions (40), a lock that was not waited for (55).
OTHER_MATTERS = ("40", "55")
READ_ONLY, IDLE_ENDED = "25006", "25P03"


def page() -> HttpResponse:
    """Needs no database, session or context processor. The next request connects anew."""
    connection.close()
    headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
    text = render_to_string("503.html", {"support_email": settings.SUPPORT_EMAIL})
    return HttpResponse(text, status=503, headers=headers)


def is_outage(error: BaseException | None) -> bool:
    """Whether this is what the database's absence looks like, or came of it."""
    return any(isinstance(one, DatabaseError | InterfaceError) and _is_absence(one) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_absence(error: Exception) -> bool:
    code = getattr(error.__cause__, "pgcode", None) or ""
    if code == READ_ONLY:
        return takes_no_writes()
    is_other = code.startswith(OTHER_MATTERS)
    return code == IDLE_ENDED or (isinstance(error, OperationalError | InterfaceError) and not is_other)


def takes_no_writes() -> bool:
    """The server as a whole, a standby or one with a full disk. Our own read pages are read-only, too, and a write on
    one is a fault of ours. It tells every connection of itself, so nothing is asked."""
    if connection.connection is None:
        return False
    say = connection.connection.info.parameter_status
    return "on" in {say("in_hot_standby"), say("default_transaction_read_only")}


class NoWritesMiddleware:
    """Django's cache swallows that it may not write, and a limit would then say that the person has tried too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return page() if request.method not in SAFE_METHODS and takes_no_writes() else response
