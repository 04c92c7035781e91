"""One drainer in a process of its own, to be killed: `python -m tests.outbox.drain_once [careless]`."""

import sys

import django

django.setup()

from orgs import drainer  # noqa: E402
from tests.outbox import careless  # noqa: E402

if "careless" in sys.argv:
    drainer.deliver = careless.deliver_marking_first
drainer.drain()
