"""Django's `migrate`, done by the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from tracker_portal.database.owner import connected_as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """The checks have run before, as the login that web, worker and beat will have."""
        with connected_as_owner():
            super().handle(*args, **options)
