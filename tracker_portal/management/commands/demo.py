"""Loads the demo data, or lets time pass for one of its companies. Development only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from access.members import members
from orgs.forms import command_confirmation
from orgs.lifecycle import forecast
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from tracker_portal.database.owner import connected_as_owner
from tracker_portal.demo import issues, past, people, shifting, states
from users.accounts.models import User

NOT_HERE = "This is for development: it replaces what is in the database, or makes a company older than it is."
DUE = "Beat does this within five minutes, `manage.py lifecycle` at once."

LOGINS = """
  {origin}/login/        password for everybody: {password}

  anna.petrova@northwind.example     owner of Northwind Robotics (in its trial) and of a company in each other state:
                                     Acorn Bakery (not active), Brightwater Clinic (in its trial, subscribed),
                                     Cobalt Shipping (active, pays for eight people: invoices, statement, balance),
                                     Driftwood Furniture (Read only for debt),
                                     Elmwood School (deactivated), Fernhill Dairy (deletion held by an operator),
                                     Granite Works (data deleted)
  keiko.tanaka@northwind.example     administrator of Northwind Robotics
  carla.mendes@northwind.example     employee in Anna's companies
  viktor.christou@harbour.example    owner of Harbour Foods, which is Read only: its trial is over
  hana.johansson@harbour.example     employee there, can read and not write
  operator@tracker.example           runs the service: {origin}/operator/

  `demo --shift 31d harbour-foods` lets 31 days pass for one company (`make demo DEMO_ARGS="..."` adds arguments).
"""


class Command(BaseCommand):
    help = (
        "Replaces everything in a development database by the demo data and prints the logins; with --shift it moves"
        " one company's instants into the past instead, and beat does what is due then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "company", nargs="?", help="with --shift: the company's name in its address, as in /o/NAME/"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--if-empty", action="store_true", help="do nothing when there is any company or account")
        what.add_argument("--shift", metavar="SPAN", help="let so much time pass for one company: 31d, 12h, 1d6h30m")
        command_confirmation.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError outside development, and when nobody says yes."""
        if not settings.DEVELOPMENT:
            raise CommandError(NOT_HERE)
        if options["shift"] is None and options["company"] is None:
            self.load(if_empty=options["if_empty"], yes=options["yes"])
        elif options["shift"] is None or options["company"] is None:
            raise CommandError("--shift needs a span and a company: demo --shift 31d harbour-foods")
        else:
            self.shift(options["company"], options["shift"], yes=options["yes"])

    def load(self, *, if_empty: bool, yes: bool) -> None:
        lost = replaced()
        if not (if_empty and lost):
            command_confirmation.ask(self, lost, yes=yes)
            with connected_as_owner():
                call_command("flush", interactive=False, verbosity=0)
            load(timezone.now())
            self.stdout.write("Demo data is loaded.")
        self.stdout.write(LOGINS.format(origin=settings.ORIGIN, password=people.PASSWORD))

    def shift(self, slug: str, span: str, *, yes: bool) -> None:
        """Raises CommandError for what is no span, or no company; and when nobody says yes."""
        org = Organization.objects.filter(slug=slug).first()
        if org is None:
            raise CommandError(f"There is no company {slug!r}.")
        plan = f"{slug} becomes {span} older: its deadlines come closer by so much, and beat does what is due then."
        try:
            parsed = shifting.parse(span)
            command_confirmation.ask(self, [plan], yes=yes)
            shifting.shift(org=org, span=parsed, now=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        due = [line for line in forecast.lines(database_now()) if line.startswith(f"{slug}: ")]
        self.stdout.write("\n".join([f"{slug}: {span} have passed.", *due, DUE if due else "Nothing is due."]))


def replaced() -> list[str]:
    """What loading the demo data deletes; nothing in an empty database."""
    companies, people_ = Organization.objects.count(), User.objects.count()
    if not companies and not people_:
        return []
    name = connection.settings_dict["NAME"]
    return [
        f"Everything in the database {name} is replaced by the demo data: {companies} companies, {people_} accounts."
    ]


@transaction.atomic
def load(now: dt.datetime) -> None:
    """The company of the pictures, a smaller one after its trial, and one in each other state of the lifecycle."""
    operator = people.make_operator()
    staff = people.make_users("northwind.example", 312)
    load_northwind(staff, now=now)
    load_harbour(people.make_users("harbour.example", 15, skip=60), guest=staff[0], now=now)
    states.make_all(states.Scene(owner=staff[0], colleagues=staff[1:4], crew=staff[1:9], operator=operator, now=now))


def load_northwind(staff: list[User], *, now: dt.datetime) -> None:
    """Northwind Robotics on the nineteenth day of its trial."""
    start = now - dt.timedelta(days=18, hours=2)
    org, members_ = people.make_company(
        "Northwind Robotics", users=staff, country="DE", time_zone="Europe/Berlin", started_at=start
    )
    people.arrange(org, members_, now=now)
    people.give_access(members_, now=now)
    people.verify_domain(members_[0], "northwind.example", now=now)
    issues.fill(org, members_, now=now)


def load_harbour(crew: list[User], *, guest: User, now: dt.datetime) -> None:
    """Harbour Foods, ten days after its trial's end."""
    start = now - dt.timedelta(days=40, hours=2)
    org, members_ = people.make_company(
        "Harbour Foods", users=crew, country="RU", time_zone="Europe/Moscow", started_at=start
    )
    people.arrange(org, members_, now=now)
    issues.fill(org, members_, now=now - dt.timedelta(days=10, hours=3), share=0.1)
    past.live(org, until=now)
    members.join(org=org, user=guest, now=now)
