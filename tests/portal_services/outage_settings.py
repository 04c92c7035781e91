"""The settings of a development portal that shows its own error pages."""

from tracker_portal.settings import *  # noqa: F403

DEBUG = False
