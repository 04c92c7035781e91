"""The ledger's tables: double entry in whole minor units, append-only. `billing.ledger.ledger` alone writes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel, tenant_key


class AccountCode(models.TextChoices):
    """What a company's books distinguish."""

    CUSTOMER = "customer", _("Balance")  # what the company has with us; below zero it owes
    REVENUE = "revenue", _("Revenue")
    VAT = "vat", _("VAT")
    CARD = "card", _("Card payments")
    TRANSFER = "transfer", _("Bank transfers")
    ADJUSTMENT = "adjustment", _("Adjustments")


class EntryKind(models.TextChoices):
    CHARGE = "charge", _("Charge")
    TOP_UP = "top_up", _("Top up")
    REFUND = "refund", _("Refund to the card")
    DISPUTE = "dispute", _("Payment disputed by the cardholder")
    ADJUSTMENT = "adjustment", _("Adjustment")
    REVERSAL = "reversal", _("Reversal")


class Account(TenantModel):
    """One account of a company's books. `balance` is the cached sum of its postings, in minor units.

    Sums of all accounts of a company come to zero. A nightly job compares the cache with the postings.
    """

    code = models.CharField(max_length=12, choices=AccountCode.choices)
    balance = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "code"], name="billing_account_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Entry(TenantModel):
    """One fact of money, at `at` (UTC). Its postings sum to zero: a deferred trigger says so. Append-only.

    `key` makes it idempotent: the same fact has the same key and is posted once. A correction is an entry of kind
    reversal that names the one it `reverses`; an entry is reversed once. `transaction` keeps postings from being added
    later.
    `data`: what the statement needs to say what it was (ids, amounts, reasons; never names).
    """

    public_id = models.CharField(max_length=16, default=random_id)
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    reverses = tenant_key("billing.Entry", null=True)
    actor = tenant_key("orgs.Membership", null=True)  # None: the system, or an operator
    data = models.JSONField(default=dict)
    transaction = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="billing_entry_public_id"),
            models.UniqueConstraint(fields=["org", "key"], name="billing_entry_key"),
            models.UniqueConstraint(
                fields=["org", "reverses"], condition=~Q(reverses=None), name="billing_entry_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=EntryKind.REVERSAL) & Q(reverses=None)),
                name="billing_entry_reversal_reverses",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "at", "id"], name="billing_entry_at")]

    def __str__(self) -> str:
        return self.key


class Posting(TenantModel):
    """An amount (minor units, not zero) that an entry puts to an account; positive raises its balance. Append-only."""

    entry = tenant_key("billing.Entry", related_name="postings")
    account = tenant_key("billing.Account")
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "entry", "account"], name="billing_posting_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="billing_posting_not_zero"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "account", "id"], name="billing_posting_account")]

    def __str__(self) -> str:
        return f"{self.amount}"
