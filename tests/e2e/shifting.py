"""Time passes for one company, as in the demo: its instants move into the past."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from orgs.tenancy.organization_models import Organization


def let_pass(org: Organization, span: str) -> None:
    call_command("demo", "--shift", span, org.slug, "--yes", stdout=StringIO())
    org.refresh_from_db()
