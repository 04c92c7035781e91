"""What the ways to bring people in need: a verified domain to create accounts on, and room for more accounts."""

from __future__ import annotations

from dataclasses import dataclass

from access.members.members import limit_sentence
from orgs.domains.models import Domain
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


def load(org: Organization, accounts: int) -> Capacity:
    """The company's capacity with so many accounts; one statement."""
    limit = org.account_limit
    domain = Domain.objects.filter(org=org).verified().order_by("-is_primary", "name").first()
    refusal = limit_sentence(org) if accounts >= limit else ""
    return Capacity(domain.unicode_name or domain.name if domain else "", accounts, limit, refusal)
