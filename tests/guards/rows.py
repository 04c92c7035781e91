"""One row of any tenant table, made from what the model says about itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from string import ascii_uppercase
from typing import Any

from django.db import connection
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)
from django.db.models.fields import NOT_PROVIDED
from django.utils.crypto import get_random_string

from billing.ledger.models import Account, AccountCode, Entry, EntryKind, Posting
from billing.ledger.refund_models import TakebackState
from billing.ledger.top_up_models import TopUpState
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.models import TenantModel
from orgs.tenancy.organization_models import Organization

INSTANT = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)

# What a table wants that its columns do not say. A model that cannot be made without a word goes here.
SPECIAL: dict[str, Callable[[Organization], dict[str, Any]]] = {
    "orgs.Department": lambda org: {"parent": Department.objects.get(org=org, parent=None)},
    "access.Grant": lambda org: {"team": make_row(Team, org)},
    "orgs.TeamTeam": lambda org: {"team": make_row(Team, org), "inner": make_row(Team, org)},
    "billing.Charge": lambda _: {"month": INSTANT.date().replace(day=1)},
    "billing.Document": lambda _: {"net": 100, "vat": 20, "total": 120},
    "billing.Takeback": lambda _: {"state": TakebackState.RETURNED},
    "billing.Posting": lambda org: {"entry": make_row(Entry, org), "account": account(org, AccountCode.CUSTOMER)},
}
# What else a row says that holds a certain reference.
WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("billing.TopUp", "entry"): {"state": TopUpState.PAID},
    ("billing.Entry", "reverses"): {"kind": EntryKind.REVERSAL},
}
# Of these references a row holds one.
ONE_OF = {"access.Grant": {"member", "team", "department"}}


def make_row(model: type[Model], org: Organization, **values: Any) -> Any:
    """Inserts a row of the company, and whatever rows it must point to. The caller is inside the company's scope."""
    row = build_row(model, org, **values)
    row.save(force_insert=True)
    if isinstance(row, Entry | Posting):
        balance(row)
    return row


def balance(row: Entry | Posting) -> None:
    """An entry needs postings that sum to zero; that they do is asked while the scope shows them."""
    entry, amounts = (row, {"revenue": 1, "vat": -1}) if isinstance(row, Entry) else (row.entry, {"card": -row.amount})
    for code, amount in amounts.items():
        Posting.objects.create(org=row.org, entry=entry, account=account(row.org, AccountCode(code)), amount=amount)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS billing_entry_balanced, billing_posting_balanced IMMEDIATE")
        cursor.execute("SET CONSTRAINTS billing_entry_balanced, billing_posting_balanced DEFERRED")


def account(org: Organization, code: AccountCode) -> Account:
    return Account.objects.get_or_create(org=org, code=code)[0]


def build_row(model: type[Model], org: Organization, **values: Any) -> Any:
    """The row, not inserted; those that it points to are."""
    special = SPECIAL.get(model._meta.label, lambda _: {})(org)
    one_of = ONE_OF.get(model._meta.label, set())
    if one_of & values.keys():
        special = {name: value for name, value in special.items() if name not in one_of}
    fitting = {name: value for key in values for name, value in WITH.get((model._meta.label, key), {}).items()}
    given = {"org": org, **special, **fitting, **values}
    for field in model._meta.concrete_fields:
        if field.name not in given and is_wanted(field):
            given[field.name] = value_of(field, org)
    return model(**given)


def is_wanted(field: Field[Any, Any]) -> bool:
    generated = getattr(field, "generated", False) or field.db_default is not NOT_PROVIDED
    return not (field.primary_key or field.null or field.has_default() or field.blank or generated)


def value_of(field: Field[Any, Any], org: Organization) -> Any:
    if isinstance(field, ForeignKey):
        return target(field.related_model, org)  # type: ignore[arg-type]
    if field.choices:
        return next(iter(field.flatchoices))[0]
    if isinstance(field, CharField | TextField):
        return get_random_string(min(field.max_length or 12, 12), ascii_uppercase)
    if isinstance(field, IntegerField):
        return int.from_bytes(get_random_string(2).encode())
    simple: dict[type[Field[Any, Any]], Any] = {DateTimeField: INSTANT, DateField: INSTANT.date(), BooleanField: False}
    simple |= {JSONField: {}, BinaryField: b"x"}
    return next(value for kind, value in simple.items() if isinstance(field, kind))


def target(model: type[Model], org: Organization) -> Model:
    """A row of the company to point to: the first there is, else a new one."""
    if issubclass(model, Organization):
        return org
    if issubclass(model, Membership):
        return Membership.objects.filter(org=org).order_by("pk")[0]
    assert issubclass(model, TenantModel), f"{model} belongs to no company"
    found = model._default_manager.filter(org=org).order_by("pk").first()
    return found or make_row(model, org)
