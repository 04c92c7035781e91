"""What an operator may do to a company's money: each act under its lock, with a reason, in its audit trail."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.ledger.refund_models import Takeback, TakebackState
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.top_ups import top_ups
from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User


def is_recordable(top_up: TopUp) -> bool:
    """Whether an operator may say that its money came: a transfer, or a card payment that has to be checked."""
    is_transfer = top_up.method == Method.TRANSFER and top_up.state != TopUpState.PAID
    return is_transfer or top_up.state == TopUpState.REVIEW


def record_received(*, top_up: TopUp, amount: int, operator: User, reason: str, now: dt.datetime) -> TopUp:
    """The money of a top-up is on our account: `amount` (minor units) is credited, once. Raises Refused."""
    with company_scope(top_up.org_id):
        org = Organization.objects.lock(top_up.org_id)
        found = TopUp.objects.get(org=org, pk=top_up.pk)
        if not is_recordable(found):
            raise Refused(_("This payment is received already, or is the payment provider’s to tell."))
        if amount <= 0:
            raise Refused(_("What was received is above zero."), field="received")
        return top_ups.credit(found, now=now, amount=amount, operator=operator, reason=reason)


def adjust(*, org: Organization, amount: int, token: UUID, operator: User, reason: str, now: dt.datetime) -> Entry:
    """Changes the balance by `amount` (minor units), up or down; the same token does it once. Raises Refused."""
    if not amount:
        raise Refused(_("An adjustment changes the balance."), field="adjust_by")
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        key = f"adjustment:{token}"
        if found := Entry.objects.filter(org=locked, key=key).first():
            return found
        amounts = {AccountCode.CUSTOMER: amount, AccountCode.ADJUSTMENT: -amount}
        kept = {"reason": reason}
        entry = ledger.post(locked, EntryKind.ADJUSTMENT, key=key, amounts=amounts, now=now, data=kept)
        data = {"operator": operator.pk, "reason": reason, "amount": amount, "currency": locked.currency}
        audit.record(locked, "operator.adjust", actor=None, now=now, target=entry.public_id, data=data)
    return entry


def reverse(*, org: Organization, entry: str, operator: User, reason: str, now: dt.datetime) -> Entry:
    """Takes an entry back, named by its public id, once. Raises Refused."""
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        found = Entry.objects.filter(org=locked, public_id=entry).first()
        if found is None or found.kind == EntryKind.REVERSAL:
            raise Refused(_("This company has no such entry to take back."), field="reverse_entry")
        if Entry.objects.filter(org=locked, reverses=found).exists():
            raise Refused(_("This entry was taken back already."), field="reverse_entry")
        if Takeback.objects.filter(org=locked, top_up__entry=found, state=TakebackState.TAKEN).exists():
            raise Refused(_("The card provider took money of this payment back already."), field="reverse_entry")
        found.org = locked
        amount = -ledger.amounts_of(found).get(AccountCode.CUSTOMER, 0)
        reversal = ledger.reverse(found, now=now, data={"reason": reason, "reverses": found.public_id})
        data = {"operator": operator.pk, "reason": reason, "amount": amount, "currency": locked.currency}
        audit.record(locked, "operator.reverse", actor=None, now=now, target=found.public_id, data=data)
    return reversal
