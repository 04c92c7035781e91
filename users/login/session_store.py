"""Where sessions are kept: Django's table, read by a statement that is made once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from users.database.statements import Columns, Given, Statement

COLUMNS = Columns(Session)


def _write_session() -> QuerySet[Session, tuple[Any, ...]]:
    key, now = Given("key", models.CharField()), Given("now", models.DateTimeField())
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list(*COLUMNS.names)


SESSION = Statement(_write_session)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        row = SESSION.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
            return None
        return COLUMNS.take(iter(row))
