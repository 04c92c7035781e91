"""Closing a company (product.md §3): an owner asks, 24 h later it is done unless an owner has kept the company.

`close` is one transaction under the company's lock: memberships end, names and addresses go, domains are free, jobs
stop, and a deletion of Tracker's data begins, which the purge of `data_deletion` takes to its certificate. A crash
before its commit leaves everything as it was; beat asks again. The operator's brakes hold it as they hold a deletion.
Audit trail and ledger stay and name nobody, issued documents with what they hold. The payer's details follow as soon
as no month is left to be charged to them (`billing/payment_details/erase.py`).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.domains import domains
from orgs.jobs import jobs
from orgs.lifecycle import data_deletion, phrases, tracker_content
from orgs.lifecycle import rules as lifecycle
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation, InviteLink
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.errors import Refused
from orgs.tenancy.ids import random_id
from orgs.tenancy.locks import owning
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from users.accounts.models import User
from users.login import erase as erasing

WAITS = dt.timedelta(hours=24)
MAIL_KEY = "closing:"
ONLY_OWNERS = _("Only an owner can delete the company.")


# --- Acts of owners ------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, name: str, actor: Membership, now: dt.datetime) -> Organization:
    """Lets the company be closed in 24 h, and tells its owners. `name` is what the owner typed. Raises Refused."""
    with owning(actor.org_id, actor, refusal=ONLY_OWNERS) as org:
        _require_open(org)
        if org.closing_at:
            raise Refused(_("An owner has asked for this already."))
        if " ".join(name.split()) != " ".join(org.name.split()):
            raise Refused(_("This is not the company’s name."), field="name")
        org.closing_at = now + WAITS
        org.save(update_fields=["closing_at"])
        audit.record(org, "company.closing_ask", actor=actor, now=now, data={"at": org.closing_at.isoformat()})
        _tell_owners(org, "closing_asked", now=now, asked_by=actor.name)
    return org


@transaction.atomic
def keep(*, actor: Membership, now: dt.datetime) -> Organization:
    """The company stays: until it is closed, its owners decide, also after the 24 h. Raises Refused."""
    with owning(actor.org_id, actor, refusal=ONLY_OWNERS) as org:
        _require_open(org)
        if org.closing_at is None:
            raise Refused(_("The company stays already."))
        org.closing_at = None
        org.save(update_fields=["closing_at"])
        Mail.objects.filter(org=org, key__startswith=_key(org), sent_at=None).delete()
        audit.record(org, "company.closing_keep", actor=actor, now=now)
    return org


def _require_open(org: Organization) -> None:
    """Nobody owns a company that was closed."""
    if org.closed_at:
        raise Refused(ONLY_OWNERS)


# --- The act of beat -----------------------------------------------------------------------------------
@transaction.atomic
def close(org_id: int, *, now: dt.datetime) -> bool:
    """Closes a company if it is due and no brake holds it; returns whether it did. `now` is the database's."""
    with platform_scope():
        data_deletion.lock_brake()
        if data_deletion.is_braked(now):
            return False
        with company_scope(org_id):
            org = Organization.objects.lock(org_id)
            if not is_due(org, now):
                return False
            _close(org, now=now)
    erasing.erase(_accounts_of_nobody_else(org))  # accounts are outside of any company, so outside of its scope
    return True


def is_due(org: Organization, now: dt.datetime) -> bool:
    """An owner has asked, nobody took it back, the 24 h are over and no operator holds the company."""
    asked = org.closing_at is not None and now >= org.closing_at
    return asked and org.closed_at is None and org.deletion_held_at is None


def _close(org: Organization, *, now: dt.datetime) -> None:
    Mail.objects.filter(org=org).exclude(key__startswith=data_deletion.MAIL_KEYS).delete()
    _tell_owners(org, "closed", now=now)
    if lifecycle.close(org, now=now):
        data_deletion.begin(org, due_at=org.closing_at or now, now=now)
    jobs.stop_for_closing(org, now=now)
    lifecycle.write_facts(org, now=now, full_seats=0)
    data = {"people": _end_memberships(org, now=now), "domains": domains.release_all(org, now=now)}
    _close_doors(org, now=now)
    _erase_names(org)
    org.closed_at = now
    org.save(update_fields=["closed_at"])
    audit.record(org, "company.close", actor=None, now=now, data=data)


def _end_memberships(org: Organization, *, now: dt.datetime) -> int:
    """Nobody is here any more. Sessions of accounts that the company created end. Returns how many were here."""
    present = Membership.objects.present().filter(org=org)
    ids = list(present.order_by("pk").values_list("public_id", flat=True))
    User.objects.end_sessions(present.filter(created_here=True).values_list("user", flat=True))
    TeamMember.objects.filter(org=org).delete()
    Team.objects.filter(org=org).update(lead=None)
    present.update(ended_at=now, level=Level.READ_ONLY)
    Membership.objects.filter(org=org).exclude(block_reason="").update(block_reason="")
    audit.record_each(org, "member.remove", actor=None, now=now, targets=ids)
    return len(ids)


def _close_doors(org: Organization, *, now: dt.datetime) -> None:
    """The invite link is off, open invitations are revoked, and their addresses are forgotten."""
    InviteLink.objects.filter(org=org, off_at=None).update(off_at=now)
    InviteLink.objects.filter(org=org).update(sealed=b"")
    invitations = Invitation.objects.filter(org=org)
    invitations.open().update(revoked_at=now)
    invitations.update(email=Concat(Value("erased-"), Cast("pk", CharField()), Value("@erased.invalid")))


def _erase_names(org: Organization) -> None:
    """Departments and teams are called after people and what they do. The root has the company’s name, which stays.

    Nobody can have guessed the new names and given one of them away before.
    """
    erased = Concat(Value(f"erased-{random_id()[:8]}-"), Cast("pk", CharField()))
    Department.objects.filter(org=org).exclude(parent=None).update(name=erased)
    Team.objects.filter(org=org).update(name=erased)


def _accounts_of_nobody_else(org: Organization) -> list[int]:
    """The accounts that the company created, now or once, whose people are in no other company. Locked."""
    created = Membership.objects.filter(org=org, created_here=True).values("user")
    users = User.objects.filter(pk__in=created, is_staff=False)
    list(users.select_for_update().order_by("pk").values_list("pk", flat=True))  # who joins elsewhere now, has to wait
    elsewhere = Membership.objects.filter(user=OuterRef("pk"), ended_at=None).exclude(org=org)
    return list(users.exclude(Exists(elsewhere)).values_list("pk", flat=True))


# --- Mails ---------------------------------------------------------------------------------------------
def page_url(org: Organization) -> str:
    """The page on which owners keep the company, at the one configured origin."""
    return f"{settings.ORIGIN}{reverse('orgs:company_data', args=[org.slug])}"


def _key(org: Organization) -> str:
    return f"{MAIL_KEY}{org.pk}:"


def _tell_owners(org: Organization, template: str, *, now: dt.datetime, **context: str) -> None:
    with wording.spoken(org):
        context["closing"] = wording.instant(org.closing_at or now)
        context["counts"] = phrases.amounts(tracker_content.counts(org.pk))
        letter = outbox.render(f"mail/orgs/lifecycle/{template}", {"org": org, "url": page_url(org), **context})
    owners = Membership.objects.owners().filter(org=org, user__is_active=True).values_list("pk", "user__email")
    key = f"{_key(org)}{template}:{int(now.timestamp())}:"
    outbox.post_all([outbox.new_mail(org=org, key=f"{key}{pk}", to=to, letter=letter, now=now) for pk, to in owners])
