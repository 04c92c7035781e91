"""Lets time pass for one company, so that anybody can watch the lifecycle: its instants move into the past.

All of them move: the company's own, and those of every row that belongs to it (people, notices and their mails,
deletions, issues), so that its history stays the one that it was, only older. What stays:

- tables that the database lets nobody rewrite, such as the audit trail: it gets an event instead, which says by how
  much everything else has moved;
- calendar dates: what people typed, such as a due date or a birthday;
- the stored state: beat moves it, as it does when time really passes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F

from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

SPAN = re.compile(r"(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?", re.ASCII)
LONGEST = dt.timedelta(days=3650)
FAR = dt.timedelta(days=365_000)  # further apart than any two instants of a company


def parse(text: str) -> dt.timedelta:
    """A span of time from `31d`, `12h` or `1d6h30m10s`. Raises Refused."""
    if text.startswith("-"):
        raise Refused(f"{text!r} is negative: time passes, it does not come back.")
    found = SPAN.fullmatch(text)
    try:
        span = dt.timedelta(**{unit: int(number or 0) for unit, number in found.groupdict().items()} if found else {})
    except (OverflowError, ValueError):
        span = LONGEST * 2
    if span > LONGEST:
        raise Refused(f"{text!r} is too long: at most {LONGEST.days}d.")
    if not span:
        raise Refused(f"{text!r} is no span of time. Write one like 31d, 12h or 1d6h30m.")
    return span


@transaction.atomic
def shift(*, org: Organization, span: dt.timedelta, now: dt.datetime) -> None:
    """As if the span had passed for the company, and nobody and no job had done anything meanwhile."""
    with company_scope(org.pk):
        org = Organization.objects.lock(org.pk)
        for rows, columns in _dated_rows(org):
            # In two steps: on the way no instant meets another one's old place, which may be taken in a unique key.
            rows.update(**{name: F(name) - span - FAR for name in columns})
            rows.update(**{name: F(name) + FAR for name in columns})
        audit.record(org, "demo.shift", actor=None, now=now, data={"seconds": int(span.total_seconds())})


def _dated_rows(org: Organization) -> Iterator[tuple[models.QuerySet[models.Model], list[str]]]:
    """The company's rows of each table with instants, and the names of these columns."""
    for model in apps.get_models():
        columns = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
        owner = next((field for field in model._meta.concrete_fields if field.related_model is Organization), None)
        if columns and (owner or model is Organization) and _may_be_changed(model):
            yield model._base_manager.filter(**{owner.name if owner else "pk": org.pk}), columns


def _may_be_changed(model: type[models.Model]) -> bool:
    """Whether the company's own role may; append-only tables grant it to nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [model._meta.db_table])
        return bool(cursor.fetchone()[0])
