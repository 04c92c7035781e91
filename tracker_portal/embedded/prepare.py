"""Brings the database to the state of the code, and fills an empty one with demo data: a process of its own."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("demo", if_empty=True)
