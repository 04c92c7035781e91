"""Prints what a month costs for a number of people with full access."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from billing.money import billing_days
from billing.pricing import price_lists
from billing.pricing.tiers import Prices, monthly_price
from orgs.tenancy.clock import database_now

LONGEST = 9  # digits: more people than there are


class Command(BaseCommand):
    help = "Prints the monthly price for SEATS people with full access, as 111200.00 RUB."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("seats", metavar="SEATS", help="people with full access at the same time")
        parser.add_argument("--currency", required=True, help="such as RUB or USD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for what is no number of people, or a currency without a price list."""
        seats, currency = number(str(options["seats"])), options["currency"].upper()
        price = Decimal(monthly_price(seats, self._prices(currency))).scaleb(-get_currency_precision(currency))
        self.stdout.write(f"{price} {currency}")

    def _prices(self, currency: str) -> Prices:
        """The list in effect; without a database, the one that the product begins with."""
        try:
            return price_lists.on(currency, billing_days.day_of(database_now()))
        except OperationalError:
            self.stderr.write("The database does not answer, so this is the first price list.")
            return price_lists.first(currency)
        except LookupError as error:
            raise CommandError(str(error)) from error


def number(text: str) -> int:
    """A number of people from text. Raises CommandError."""
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST}}}", text):
        raise CommandError(f"{text!r} is no number of people. Write a whole number from 0 on, such as 47.")
    return int(text)
