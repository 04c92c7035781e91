"""Who pays: the details an administrator saved, each change a version of its own (product.md §5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.payers.models import Payer, PayerKind
from orgs.audit import audit
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

ONLY_ADMINISTRATORS = _("Only administrators can change the payment details.")


def current(org: Organization) -> Payer | None:
    """The details that count. In the company's scope; one statement."""
    return Payer.objects.filter(org=org).order_by("-version").first()


@transaction.atomic
def save(
    *,
    org: Organization,
    kind: PayerKind,
    country: str,
    language: str,
    details: Mapping[str, str],
    actor: Membership,
    now: dt.datetime,
) -> Payer:
    """A new version of the details; those that are saved already stay as they are, and nothing is written.

    `language`: a `DocumentLanguage`.

    What the company could not do without them it can do from now on: the state follows at once. Raises Refused when the
    actor is no administrator. The audit event names the fields and none of what is in them.
    """
    with administering(org.pk, actor, refusal=ONLY_ADMINISTRATORS) as org:
        before = current(org)
        saved = Payer(
            org=org, kind=kind, country=country, language=language, details=dict(details), at=now, actor=actor
        )
        saved.version = before.version + 1 if before else 1
        changed = changes(before, saved)
        if before and not changed:
            return before
        saved.save(force_insert=True)
        data = {"version": saved.version, "changed": changed}
        audit.record(org, "billing.payer", actor=actor, now=now, data=data)
        if not org.payer_ready:
            lifecycle.write_facts(org, now=now, payer_ready=True)
    return saved


def changes(before: Payer | None, after: Payer) -> list[str]:
    """The fields that differ, by their names in the form's `LABELS`; of the first version all that are filled in."""
    old, new = ({} if payer is None else _fields(payer) for payer in (before, after))
    return [name for name in {**new, **old} if old.get(name) != new.get(name)]


def _fields(payer: Payer) -> dict[str, str]:
    return {"kind": payer.kind, "country": payer.country, "language": payer.language, **payer.details}
