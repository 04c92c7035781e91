"""Runs a round of the lifecycle by hand, once somebody has said yes to it; or says what one would do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from orgs.forms import command_confirmation
from orgs.lifecycle import forecast, sweep
from orgs.tenancy.clock import database_now


class Command(BaseCommand):
    help = "Moves companies whose time has come, posts notices, deletes what is due: what beat does, by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print what would happen, when and why")
        parser.add_argument("--at", metavar="INSTANT", help="with --dry-run: at this instant, as 2026-12-31T12:00:00Z")
        command_confirmation.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for an instant without --dry-run, or one that is none; and when nobody says yes."""
        now = database_now()
        if options["at"] and not options["dry_run"]:
            raise CommandError("--at needs --dry-run: nothing is ever done as of another instant than now.")
        if options["dry_run"]:
            at = instant(options["at"]) if options["at"] else now
            done = list(forecast.lines(at))
        else:
            command_confirmation.ask(self, forecast.lines(now), yes=options["yes"])
            done = list(sweep.run(database_now))
        self.stdout.write("\n".join(done) if done else "Nothing is due.")


def instant(text: str) -> dt.datetime:
    """A UTC instant from ISO 8601. Raises CommandError."""
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise CommandError(f"{text!r} is no instant. Write one like 2026-12-31T12:00:00Z.")
    return parsed.astimezone(dt.UTC)
