"""Commands that move money or delete: they print their plan and ask (product.md §5)."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError, CommandParser

UNASKED = 2  # the exit code when there was nobody to ask


def add_argument(parser: CommandParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do it without asking, as scripts have to")


def ask(command: BaseCommand, plan: Iterable[str], *, yes: bool) -> None:
    """Returns when it may be done: nothing is to do, `--yes` was given, or somebody at a terminal has said so.

    Raises CommandError otherwise, with the exit code 2 when there is no terminal to ask at.
    """
    lines = [] if yes else list(plan)
    if not lines:
        return
    command.stdout.write("\n".join(lines))
    if not sys.stdin.isatty():
        raise CommandError("Nothing was done: this asks first. Without a terminal say --yes.", returncode=UNASKED)
    if input("Type yes to do this: ").strip().lower() != "yes":
        raise CommandError("Nothing was done.")
