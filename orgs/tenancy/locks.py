"""A company's row under lock for whoever runs it, asked again under the lock: they may have lost it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

ACCESS = _("Only administrators can change access.")
SETTINGS = _("Only administrators can change the company’s settings.")


@contextmanager
def administering(org_id: int, actor: Membership, *, refusal: Promise = ACCESS) -> Iterator[Organization]:
    """The company's scope and its locked row. Raises Refused when the actor is no administrator of it (any more)."""
    with _locked(org_id, actor, Membership.objects.administrators(), refusal) as org:
        yield org


@contextmanager
def owning(org_id: int, actor: Membership, *, refusal: Promise) -> Iterator[Organization]:
    """The same for an owner."""
    with _locked(org_id, actor, Membership.objects.owners(), refusal) as org:
        yield org


@contextmanager
def _locked(org_id: int, actor: Membership, those: MembershipQuerySet, refusal: Promise) -> Iterator[Organization]:
    with company_scope(org_id):
        org = Organization.objects.lock(org_id)
        if not those.filter(org=org, pk=actor.pk).exists():
            raise Refused(refusal)
        yield org
