"""What the ways to bring people in need: a verified domain to create accounts on, and room for more accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from access.members.members import limit_sentence
from orgs.domains.models import Domain
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class Capacity:
    """`domain`: where accounts are created unless another one is chosen, as it is written, or nothing.

    `refusal`: why nobody more can come in, or nothing.
    """

    domain: str
    accounts: int
    limit: int
    refusal: str

    @property
    def free(self) -> int:
        return max(0, self.limit - self.accounts)


def columns(org: Organization) -> dict[str, QuerySet[Any] | Combinable]:
    """What `page_counts.counts` is asked for so that `build` can tell."""
    domains = Domain.objects.filter(org=OuterRef("pk")).verified().order_by("-is_primary", "name")
    return {"accounts": Membership.objects.current().filter(org=org), "domain": Subquery(domains.values("name")[:1])}


def build(org: Organization, counts: Mapping[str, Any]) -> Capacity:
    accounts, limit, name = counts["accounts"], org.account_limit, counts["domain"]
    written = Domain(name=name).unicode_name or name if name else ""
    return Capacity(written, accounts, limit, limit_sentence(org) if accounts >= limit else "")
