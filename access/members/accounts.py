"""Accounts that a company creates on its own domain: `Create user account` (product.md §3).

The address counts as verified by the domain's proof. The administrator's password opens only the page to choose an own
one, for seven days. Editing works only for the company that created the account, while it holds the domain; who sets
whose new password is in `access/members/passwords.py`. Every verb holds the company's row lock.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import CharField, F, Func, Value
from django.utils.translation import gettext_lazy as _

from access.members import members, owners
from access.members.members import Terms
from orgs.audit import audit
from orgs.domains.models import Domain
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership, MembershipQuerySet
from orgs.tenancy.organization_models import Organization
from users.accounts import addresses
from users.accounts.models import User
from users.input import latin

FIRST_PASSWORD = dt.timedelta(days=7)
LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]|[.+](?![.+]))*(?<![.+_-])|[a-z0-9]", re.ASCII)
LONGEST_LOGIN = 64
EXISTS = _("This address already has an account. Invite it.")


@dataclass(frozen=True)
class Account:
    """What an administrator says about a new account; `domain` is an A-label."""

    first_name: str
    last_name: str
    birth_date: dt.date
    login: str
    domain: str

    @property
    def email(self) -> str:
        return f"{self.login}@{self.domain}"


def is_login(text: str) -> bool:
    """Whether a text can stand before the @ of an account: letters, digits, and . _ - + inside."""
    return len(text) <= LONGEST_LOGIN and bool(LOGIN.fullmatch(text))


@transaction.atomic
def create(
    *, org: Organization, account: Account, password: str | None, terms: Terms, actor: Membership, now: dt.datetime
) -> Membership:
    """A new account, at once a member. None as password: its owner chooses one through a link. Raises Refused."""
    with administering(org.pk, actor) as org:
        require_domain(org, account.domain)
        members.require_room(org)
        return insert(org, account, password=password, terms=terms, actor=actor, now=now)


def insert(
    org: Organization, account: Account, *, password: str | None, terms: Terms, actor: Membership, now: dt.datetime
) -> Membership:
    """The account and its membership. The caller holds the company's lock and has the right. Raises Refused."""
    try:
        user = addresses.create_proved(
            email=account.email,
            password=password,
            first_name=account.first_name,
            last_name=account.last_name,
            birth_date=account.birth_date,
            **({"first_password_ends_at": now + FIRST_PASSWORD} if password else {}),
        )
    except addresses.Taken as taken:
        raise Refused(EXISTS, field="login") from taken
    member = members.add_member(
        org, user=user, terms=replace(terms, given_by=actor), through="account", created_here=True, now=now
    )
    audit.record(org, "account.create", actor=actor, now=now, target=member.public_id)
    return member


@transaction.atomic
def edit(
    *,
    member: Membership,
    first_name: str,
    last_name: str,
    birth_date: dt.date,
    actor: Membership,
    now: dt.datetime,
) -> Membership:
    """Another name or birth date of an account that the company created. Raises Refused."""
    with members.changing(member, actor=actor, now=now) as rows:
        org, member = rows
        require_managed(org, member)
        if member.is_owner:
            owners.require_owner(org, actor)
        names = {"first_name": first_name, "last_name": last_name, "birth_date": birth_date}
        User.objects.filter(pk=member.user_id).update(**names)
        audit.record(org, "account.edit", actor=actor, now=now, target=member.public_id)
    member.refresh_from_db()
    return member


def managed(org_id: int) -> MembershipQuerySet:
    """The people here whose accounts the company may edit: it created them, and holds the domain of their address."""
    domains = Domain.objects.filter(org=org_id).verified().values("name")
    people: MembershipQuerySet = Membership.objects.present().filter(org=org_id, created_here=True)
    domain = Func(F("user__email"), Value("@"), Value(2), function="split_part", output_field=CharField())
    return people.alias(domain=domain).filter(domain__in=domains)


def is_managed(org: Organization, member: Membership) -> bool:
    return managed(org.pk).filter(pk=member.pk).exists()


def suggestions(org: Organization, *, first_name: str, last_name: str, domain: str) -> list[str]:
    """Free logins made of a name, three at most."""
    first, last = latin.login(first_name, ""), latin.login(last_name, "")
    stems = [latin.login(first, last), f"{first[:1]}{last}", first, latin.login(last, first)]
    wanted = [stem for stem in dict.fromkeys([*stems, *(f"{stems[0]}{number}" for number in range(2, 5))]) if stem]
    taken = addresses.taken([f"{login}@{domain}" for login in wanted])
    return [login for login in wanted if f"{login}@{domain}" not in taken and is_login(login)][:3]


def require_domain(org: Organization, name: str) -> None:
    """Raises Refused unless the company holds the domain (an A-label) at this moment, under its lock."""
    if not Domain.objects.filter(org=org, name=name).verified().exists():
        raise Refused(_("%(domain)s is not a verified domain of the company.") % {"domain": name}, field="domain")


def require_managed(org: Organization, member: Membership) -> None:
    """Raises Refused unless the company may edit the account, under its lock."""
    if not is_managed(org, member):
        raise Refused(_("Only the company that created an account can do this, while it holds the account’s domain."))
