from django.apps import AppConfig


class TrackerPortalConfig(AppConfig):
    name = "tracker_portal"

    def ready(self) -> None:
        """Registers the system checks."""
        from tracker_portal import checks  # noqa: F401, PLC0415
