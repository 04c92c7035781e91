"""Whom an act on many means: the people ticked on a page, or all that match its filters at the moment of the act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict

from access.people import user_list
from access.people.user_list import Filters
from orgs.tenancy.membership_models import Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization

TICKED = 200  # ids that are read, more than a page has


@dataclass(frozen=True)
class Selection:
    """`everybody`: all that match the filters, else the people with these public ids."""

    everybody: bool
    ids: list[str]
    filters: Filters

    @classmethod
    def read(cls, params: QueryDict) -> Selection:
        ids = [public_id for public_id in params.getlist("person")[:TICKED] if public_id.isalnum()]
        return cls(bool(params.get("all")), ids, Filters.read(params))

    def people(self, org: Organization, *, now: dt.datetime) -> MembershipQuerySet:
        if self.everybody:
            return user_list.search(org, self.filters, now=now)
        people: MembershipQuerySet = Membership.objects.filter(org=org, public_id__in=self.ids)
        return people

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of hidden fields that carry it on."""
        if self.everybody:
            return [("all", "1"), *self.filters.values.items()]
        return [("person", public_id) for public_id in self.ids]
