"""Charges a month by hand, as the job does, once somebody has said yes to it; or says what it would charge."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import BadRequest
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.charging import monthly_charge
from billing.money import billing_days
from billing.money.formatting import format_money
from orgs.forms import command_confirmation
from orgs.tenancy.clock import database_now


class Command(BaseCommand):
    help = "Charges every company that is not charged yet for a month that is over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM")
        parser.add_argument("--dry-run", action="store_true", help="only prints what would be charged")
        command_confirmation.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for what is no month, or one that is not over; and when nobody says yes."""
        now, first = database_now(), month(options["month"])
        if first > monthly_charge.newest_month(now):
            raise CommandError(f"{first:%Y-%m} is charged from {billing_days.charge_date(first)} on.")
        due = list(monthly_charge.due(first))
        plan = (preview(each, now) for each in due)
        if options["dry_run"]:
            for line in plan:
                self.stdout.write(line)
            return
        command_confirmation.ask(self, plan, yes=options["yes"])
        for each in due:
            self.stdout.write(done(each, database_now()))


def month(text: str) -> dt.date:
    try:
        return billing_days.month_of(billing_days.parse(text))
    except BadRequest as error:
        raise CommandError(f"{text!r} is no month. Write it as 2026-11.") from error


def preview(each: monthly_charge.Due, now: dt.datetime) -> str:
    org, found = monthly_charge.look(each, now=now)
    return (
        f"{org.slug}: {format_money(found.charge, found.currency)}, peak {found.seats},"
        f" {len(found.counting)} of {found.days} days"
    )


def done(each: monthly_charge.Due, now: dt.datetime) -> str:
    charge = monthly_charge.charge(each, now=now)
    if charge is None:
        return f"company {each.org_id}: charged meanwhile"
    return (
        f"{charge.org.slug}: {format_money(charge.amount, charge.currency)}, peak {charge.seats},"
        f" {charge.dates} of {charge.days} days"
    )
