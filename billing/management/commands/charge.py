"""Charges a month by hand, as the job does, once somebody has said yes to it; or says what it would charge."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import BadRequest
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import charging, dates
from billing.money import format_money
from orgs import confirmation
from orgs.clock import database_now


class Command(BaseCommand):
    help = "Charges every company that is not charged yet for a month that is over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--dry-run", action="store_true", help="only prints what would be charged")
        confirmation.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for what is no month, or one that is not over; and when nobody says yes."""
        now, first = database_now(), month(options["month"])
        if first > charging.newest_month(now):
            raise CommandError(f"{first:%Y-%m} is charged from {dates.charge_date(first)} on.")
        due = list(charging.due(first))
        plan = (preview(each, now) for each in due)
        if options["dry_run"]:
            for line in plan:
                self.stdout.write(line)
            return
        confirmation.ask(self, plan, yes=options["yes"])
        for each in due:
            self.stdout.write(done(each, database_now()))


def month(text: str) -> dt.date:
    try:
        return dates.month_of(dates.parse(text))
    except BadRequest as error:
        raise CommandError(f"{text!r} is no month. Write it as 2026-11.") from error


def preview(each: charging.Due, now: dt.datetime) -> str:
    org, found = charging.look(each, now=now)
    return (
        f"{org.slug}: {format_money(found.charge, found.currency)}, peak {found.seats},"
        f" {len(found.counting)} of {found.days} days"
    )


def done(each: charging.Due, now: dt.datetime) -> str:
    charge = charging.charge(each, now=now)
    if charge is None:
        return f"company {each.org_id}: charged meanwhile"
    return (
        f"{charge.org.slug}: {format_money(charge.amount, charge.currency)}, peak {charge.seats},"
        f" {charge.dates} of {charge.days} days"
    )
