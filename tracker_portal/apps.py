from django.apps import AppConfig
from django.conf import settings

from tracker_portal.database import timeouts as database_timeouts


class TrackerPortalConfig(AppConfig):
    name = "tracker_portal"

    def ready(self) -> None:
        """Registers the system checks, and lets no wait for the database last for ever."""
        from tracker_portal import checks  # noqa: F401, PLC0415

        database_timeouts.install(settings.STATEMENT_SECONDS)
