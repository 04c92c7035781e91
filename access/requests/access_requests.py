"""Access requests: asking for full access, taking that back, and saying no. Giving it is a grant like any other.

Every verb holds the company's row lock, so that a person has one open request however many tabs ask.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.grants.models import Grant
from access.grants.request_models import AccessRequest, Origin, RequestState
from access.seats import request_emails, seats
from orgs.audit import audit
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people import recipients
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

PAUSE = dt.timedelta(hours=1)  # before the administrators get another mail about the same person
NO_MORE = _("This person is no longer here.")


@transaction.atomic
def ask(*, member: Membership, note: str, now: dt.datetime) -> AccessRequest:
    """Asks the administrators for full access; asked again, it answers the request that is open.

    Raises Refused for who has it, who may give it, and who is out.
    """
    with company_scope(member.org_id):
        org = Organization.objects.lock(member.org_id)
        member = Membership.objects.select_related("user").get(pk=member.pk)
        if asked := open_request(member):
            return asked
        _require_use(member)
        request = AccessRequest.objects.create(org=org, member=member, origin=Origin.ASKED, note=note, made_at=now)
        audit.record(org, "access.ask", actor=member, now=now, target=member.public_id)
        _tell_administrators(org, request, now=now)
    return request


def open_request(member: Membership) -> AccessRequest | None:
    """The request that waits for an answer, if there is one."""
    asked: AccessRequest | None = AccessRequest.objects.filter(
        org=member.org_id, member=member, state=RequestState.OPEN
    ).first()
    return asked


@transaction.atomic
def withdraw(*, member: Membership, now: dt.datetime) -> AccessRequest | None:
    """The person waits no more; None when no request of theirs is open. Raises Refused for who never asked."""
    with company_scope(member.org_id):
        org = Organization.objects.lock(member.org_id)
        request = open_request(member)
        if request is None:
            return None
        if request.origin != Origin.ASKED:
            raise Refused(_("You did not ask: an administrator meant you to have Full access."))
        request.state, request.answered_at = RequestState.WITHDRAWN, now
        request.save(update_fields=["state", "answered_at"])
        audit.record(org, "access.withdraw", actor=member, now=now, target=member.public_id)
    return request


@transaction.atomic
def decline(*, request: AccessRequest, reason: str, actor: Membership, now: dt.datetime) -> AccessRequest:
    """Says no, with a reason that the person reads. Raises Refused when it was answered meanwhile.

    Full access that was given to the person alone and waits for a seat is taken back; where a team or a department
    gives it, the person stays without a seat.
    """
    with administering(request.org_id, actor) as org:
        request = AccessRequest.objects.select_related("member__user").get(org=org, pk=request.pk)
        if request.state != RequestState.OPEN:
            raise Refused(_("This request was answered or withdrawn meanwhile."))
        request.state, request.answered_by, request.answered_at = RequestState.DECLINED, actor, now
        request.reason = reason
        request.save(update_fields=["state", "answered_by", "answered_at", "reason"])
        target = request.member.public_id
        audit.record(org, "access.decline", actor=actor, now=now, target=target, data={"origin": request.origin})
        _take_back(org, request.member, actor=actor, now=now)
        letter = request_emails.declined(org, request, actor)
        key = f"access-declined:{request.pk}"
        outbox.post(org=org, key=key, to=request.member.user.email, letter=letter, now=now)
    return request


def _require_use(member: Membership) -> None:
    """Raises Refused where asking would be of no use."""
    if not member.is_current:
        raise Refused(NO_MORE)
    if member.level == Level.FULL:
        raise Refused(_("You have Full access already."))
    if member.is_administrator:
        raise Refused(_("You manage access: give it to yourself in User access management."))


def _tell_administrators(org: Organization, request: AccessRequest, *, now: dt.datetime) -> None:
    """A mail to each; at most one about the same person within an hour."""
    key = f"access-asked:{request.member_id}:"
    if Mail.objects.filter(org=org, key__startswith=key, created_at__gt=now - PAUSE).exists():
        return
    letter = request_emails.asked(org, request)
    people = recipients.administrators(org).values_list("pk", "user__email")
    outbox.post_all(
        [outbox.new_mail(org=org, key=f"{key}{request.pk}:{pk}", to=to, letter=letter, now=now) for pk, to in people]
    )


def _take_back(org: Organization, member: Membership, *, actor: Membership, now: dt.datetime) -> None:
    """Ends the hold of who was given full access alone."""
    own = Grant.objects.filter(org=org, member=member, level=Level.FULL) if member.held_at else Grant.objects.none()
    if own.update(level=Level.READ_ONLY, set_by=actor, set_at=now):
        data = {"from": Level.FULL, "to": Level.READ_ONLY}
        audit.record(org, "access.set", actor=actor, now=now, target=member.public_id, data=data)
        seats.recalculate(org, now=now, actor=actor)
