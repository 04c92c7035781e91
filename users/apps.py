from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

SEEN = "seen_at"  # the session's key: when its activity was last noted, in seconds since the epoch


def start_clock(request: HttpRequest, **_: Any) -> None:
    """A login is activity: the next is noted ten minutes later (`users/login/sessions.py`)."""
    request.session[SEEN] = int(timezone.now().timestamp())


class UsersConfig(AppConfig):
    name = "users"

    def ready(self) -> None:
        """Listens to Django's own signal, which every way of logging in sends."""
        user_logged_in.connect(start_clock)
