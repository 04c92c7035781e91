"""Follows the hash chain of every company's audit trail, or of one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs.audit import audit
from orgs.audit import checks as audit_checks
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization


class Command(BaseCommand):
    help = "Follows each company's audit chain and says where one is broken; exits with 1 when one is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("company", nargs="?", help="the company's name in its address, as in /o/NAME/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a chain is broken, or no company has the name."""
        broken = 0
        for org in chosen(options["company"]):
            chain = audit_checks.check(org, now=database_now())
            broken += chain.broken_at is not None
            self.stdout.write(f"{org.slug}: {sentence(chain)}")
        if broken:
            raise CommandError(f"Broken chains: {broken}.")


def chosen(slug: str | None) -> list[Organization]:
    if slug is None:
        return list(Organization.objects.order_by("slug"))
    if found := list(Organization.objects.filter(slug=slug)):
        return found
    raise CommandError(f"There is no company {slug!r}.")


def sentence(chain: audit.Chain) -> str:
    if chain.broken_at is None:
        return f"{chain.number} events, none changed"
    return f"event {chain.broken_at} was changed or is missing"
