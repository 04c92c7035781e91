"""Brings the database to the state of the code: a process of its own.

In development an empty database gets the demo data; outside of it static files get the names that pages know them by.
"""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from tracker_portal.startup import refuse_unsafe


def prepare() -> None:
    """Raises ImproperlyConfigured with the reasons when settings are unsafe."""
    refuse_unsafe()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEVELOPMENT:
        call_command("demo", if_empty=True)
    else:
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")
    django.setup()
    try:
        prepare()
    except ImproperlyConfigured as unsafe:
        sys.exit(str(unsafe))
