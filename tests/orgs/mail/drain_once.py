"""One drainer in a process of its own, to be killed: `python -m tests.orgs.mail.drain_once [careless]`."""

import sys

import django

django.setup()

from orgs.mail import mail_sender  # noqa: E402
from tests.orgs.mail import careless  # noqa: E402

if "careless" in sys.argv:
    mail_sender.deliver = careless.deliver_marking_first
mail_sender.drain()
