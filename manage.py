#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")
    os.environ.setdefault("STATEMENT_SECONDS", "0")  # a migration takes as long as it takes
    execute_from_command_line(sys.argv)
