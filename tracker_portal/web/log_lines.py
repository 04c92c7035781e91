"""Lines of the log: each has its request's number, and none has a token that lets somebody in.

It imports no model: logging is set up before there are any.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

current_request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Addresses that carry a token which lets somebody in: an invitation, an invite link, a new password.
TOKEN_IN_PATH = re.compile(r"/(invitation|join|login/reset)/[^/\s\"']+")


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The line and its traceback without the tokens in addresses, so that no log holds one."""
        return TOKEN_IN_PATH.sub(r"/\1/…", super().format(record))


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `request_id` to the record; keeps every record."""
        record.request_id = current_request_id.get()
        return True


def config(*, level: str) -> dict[str, Any]:
    """The settings of Python's logging: everything on the standard error, from this level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "tracker_portal.web.log_lines.RequestIdFilter"},
        },
        "formatters": {
            "line": {
                "()": "tracker_portal.web.log_lines.LineFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]},
        },
        "loggers": {
            "fontTools": {"level": "WARNING"},  # it tells about every font that a PDF takes in
            # Their own handlers, which show addresses whole, give way to the one above.
            "django": {"level": "INFO"},
            "django.server": {"level": "INFO", "propagate": True},
            "gunicorn.error": {"level": "INFO", "propagate": True},
        },
        "root": {"handlers": ["console"], "level": level},
    }
