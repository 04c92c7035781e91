"""Email domains: linked by an administrator, proved by a TXT record, one company each (product.md §3).

Every verb takes the company's row lock. That no two companies hold a domain, that one is primary and that the primary
is verified are constraints of the table. The look-ups are in `orgs/domains/checks.py`; here their answers are applied.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.domains import names as domain_names
from orgs.domains import notices as domain_notices
from orgs.domains.models import ABSENT, LOST_AFTER, Answer, Domain, DomainState
from orgs.mail import outbox
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import SETTINGS, administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

CHECK = "orgs.tasks.check_domain"
CHECK_STALE = 30  # seconds: beat asks again by then
MOST = 50  # domains of one company
PAUSE = dt.timedelta(seconds=10)  # between two look-ups that administrators ask for
LONGEST_STEP = dt.timedelta(days=2)  # of a silence of our own, what is taken for absence


# --- Acts of administrators ----------------------------------------------------------------------------
@transaction.atomic
def add(*, name: str, actor: Membership, now: dt.datetime) -> Domain:
    """Links a domain, unverified. The answer is the same whether another company holds it or not. Raises Refused."""
    name = domain_names.normalize(name)
    with administering(actor.org_id, actor, refusal=SETTINGS) as org:
        linked = Domain.objects.filter(org=org)
        if linked.filter(name=name).exists():
            raise Refused(_("%(name)s is linked already.") % {"name": name}, field=domain_names.FIELD)
        if linked.count() >= MOST:
            raise Refused(_("A company can link %(most)s domains.") % {"most": MOST}, field=domain_names.FIELD)
        domain = Domain.objects.create(org=org, name=name, challenge=make_challenge(org, name), added_at=now)
        _record(domain, "add", actor=actor, now=now)
    return domain


def make_challenge(org: Organization, name: str) -> str:
    """The TXT record's value: 160 bits of a digest over purpose, company, name and a random token that is forgotten."""
    token = secrets.token_hex(32)
    digest = hashlib.sha256(f"tracker.domain:{org.pk}:{name}:{token}".encode()).hexdigest()
    return f"tracker-verification={digest[:40]}"


@transaction.atomic
def ask_check(*, domain: Domain, actor: Membership, now: dt.datetime) -> bool:
    """`Verify now`: asks for a look-up; False when one is under way or ended a moment ago. Raises Refused."""
    with _locked(domain, actor) as locked:
        if locked.checking_since or (locked.checked_at and now - locked.checked_at < PAUSE):
            return False
        locked.checking_since = now
        locked.save(update_fields=["checking_since"])
        _record(locked, "check", actor=actor, now=now)
        transaction.on_commit(lambda: outbox.ask_worker(CHECK, locked.pk, expires=CHECK_STALE))
    return True


@transaction.atomic
def set_primary(*, domain: Domain, actor: Membership, now: dt.datetime) -> None:
    """`Make primary`: new accounts get this domain unless another one is chosen. Raises Refused."""
    with _locked(domain, actor) as locked:
        if not locked.is_verified:
            raise Refused(_("Only a verified domain can be primary."))
        if locked.is_primary:
            return
        Domain.objects.filter(org=locked.org, is_primary=True).update(is_primary=False)
        locked.is_primary = True
        locked.save(update_fields=["is_primary"])
        _record(locked, "set_primary", actor=actor, now=now)


@transaction.atomic
def remove(*, domain: Domain, actor: Membership, now: dt.datetime) -> None:
    """Unlinks a domain: existing accounts stay, new ones stop, its challenge is worth nothing. Raises Refused."""
    with _locked(domain, actor) as locked:
        _record(locked, "remove", actor=actor, now=now)
        locked.delete()
        _hand_on_primary(locked.org, now=now)


def release_all(org: Organization, *, now: dt.datetime) -> int:
    """The company is closed: its domains are free for others. Returns how many. The caller holds the lock."""
    released = list(Domain.objects.filter(org=org).order_by("pk"))
    for domain in released:
        domain.org = org
        _record(domain, "remove", actor=None, now=now)
    Domain.objects.filter(org=org).delete()
    return len(released)


# --- What a look-up found ------------------------------------------------------------------------------
@transaction.atomic
def note(*, domain: Domain, answer: Answer, asked_at: dt.datetime, now: dt.datetime) -> Domain | None:
    """Applies a look-up that began at `asked_at`; None when it came too late: the domain is gone, or a newer one came.

    `answer` is what `dns.look_up` says, so never `TAKEN`: that is found out here.
    """
    with company_scope(domain.org_id):
        org = Organization.objects.lock(domain.org_id)
        locked: Domain | None = Domain.objects.filter(pk=domain.pk, org=org).first()
        if locked is None or (locked.checked_at and locked.checked_at >= asked_at):
            return None
        if answer == Answer.PRESENT:
            answer = _find(locked, now=now)
        elif answer in ABSENT and locked.is_verified:
            _miss(locked, now=now)
        if locked.checking_since and locked.checking_since <= asked_at:
            locked.checking_since = None
        locked.answer, locked.checked_at = answer, now
        locked.save()
        _hand_on_primary(org, now=now)
        domain_notices.post(locked, now=now)
    return locked


def _find(domain: Domain, *, now: dt.datetime) -> Answer:
    """The record is there: what was missing is found, what was not verified is verified unless it is taken."""
    domain.missing_since, domain.missing_for = None, dt.timedelta()
    if domain.is_verified:
        return Answer.PRESENT
    facts = {"state": DomainState.VERIFIED, "verified_at": now, "lost_at": None}
    try:
        with transaction.atomic():
            Domain.objects.filter(pk=domain.pk).update(checked_at=now, **facts)
    except IntegrityError as error:
        if "orgs_domain_one_company" not in str(error):
            raise
        return Answer.TAKEN
    for column, value in facts.items():
        setattr(domain, column, value)
    _record(domain, "verify", actor=None, now=now)
    domain_notices.post_verified(domain, now=now)
    return Answer.PRESENT


def _miss(domain: Domain, *, now: dt.datetime) -> None:
    """The record is definitely away. Only time between two such answers counts; nobody knows about the rest."""
    if domain.missing_since is None:
        domain.missing_since = now
        _record(domain, "miss", actor=None, now=now)
    elif domain.answer in ABSENT and domain.checked_at:
        domain.missing_for += min(now - domain.checked_at, LONGEST_STEP)
    if domain.missing_for >= LOST_AFTER:
        domain.state, domain.lost_at, domain.is_primary = DomainState.LOST, now, False
        _record(domain, "lose", actor=None, now=now)


def _hand_on_primary(org: Organization, *, now: dt.datetime) -> None:
    """Without a primary domain the one that was verified first becomes it."""
    verified = Domain.objects.filter(org=org).verified()
    first = verified.order_by("-is_primary", "verified_at", "pk").first()
    if first and not first.is_primary:
        first.is_primary = True
        first.save(update_fields=["is_primary"])
        _record(first, "set_primary", actor=None, now=now)


@contextmanager
def _locked(domain: Domain, actor: Membership) -> Iterator[Domain]:
    """The domain as it is under the company's lock, for an administrator who still is one. Raises Refused."""
    with administering(actor.org_id, actor, refusal=SETTINGS) as org:
        locked: Domain | None = Domain.objects.filter(pk=domain.pk, org=org).first()
        if locked is None:
            raise Refused(_("This domain is not linked any more."))
        yield locked


def _record(domain: Domain, act: str, *, actor: Membership | None, now: dt.datetime) -> None:
    """The domain's name is the company's, no person's: the trail may keep it after the row is gone."""
    data = {"domain": domain.name}
    audit.record(domain.org, f"domain.{act}", actor=actor, now=now, target=domain.public_id, data=data)
