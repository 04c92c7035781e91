"""What was typed into a form that cannot be taken now: it is shown, and the browser puts it back into the form."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

NEVER_SHOWN = frozenset({"csrfmiddlewaretoken", "next", "token"})


def fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The posted fields, without passwords and what belongs to the form itself."""
    posted = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in posted if name not in NEVER_SHOWN and "password" not in name]


def texts(request: HttpRequest) -> list[str]:
    """Those of them that somebody wrote, longest first."""
    written = [text for _, text in fields(request) if len(text) > 60 or " " in text]
    return sorted(written, key=len, reverse=True)


def form_page(request: HttpRequest) -> str:
    """The page of ours that the form stood on; empty when another site sent it, or nobody says where it was.

    What another site sent is never kept: it would put its words into a person's form.
    """
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
