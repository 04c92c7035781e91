"""Passwords of people in a company: who sets whose, and the link that everybody else is sent (product.md §3).

A password that somebody else sets opens the account to them. So an administrator sets those of employees, an owner
those of administrators, nobody those of owners; and only of an account that the company created, that belongs to no
other company and is no operator's. Every verb holds the company's row lock.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from access.members import accounts, members
from orgs.audit import audit
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, MembershipQuerySet, Role
from orgs.tenancy.organization_models import Organization
from users.accounts.models import User

PAUSE = dt.timedelta(hours=1)  # before the same person is sent a link again
BELOW_OWNER, BELOW_ADMINISTRATOR = (Role.EMPLOYEE, Role.ADMINISTRATOR), (Role.EMPLOYEE,)


def settable_by(actor: Membership) -> MembershipQuerySet:
    """The people of the actor's company whose new password the actor, an administrator, may set."""
    is_owner = Membership.objects.owners().filter(org=actor.org_id, pk=actor.pk).exists()
    elsewhere = Membership.objects.present().filter(user=OuterRef("user")).exclude(org=actor.org_id)
    managed = accounts.managed(actor.org_id).exclude(pk=actor.pk)
    below = managed.filter(role__in=BELOW_OWNER if is_owner else BELOW_ADMINISTRATOR)
    return below.filter(~Exists(elsewhere), user__is_staff=False)


def lock_users(ids: list[int]) -> None:
    """Whoever joins another company at this moment waits, or is seen to have joined."""
    list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def give(*, member: Membership, password: str, actor: Membership, now: dt.datetime) -> Membership:
    """`Reset password`: a first password again; who is logged in with the account is logged out. Raises Refused."""
    with members.changing(member, actor=actor, now=now) as rows:
        org, member = rows
        _require_somebody_else(member, actor)
        accounts.require_managed(org, member)
        lock_users([member.user_id])
        if not settable_by(actor).filter(pk=member.pk).exists():
            raise Refused(_("You cannot set this person’s password. Send them a link to choose one."))
        hashed = User(password="")
        hashed.set_password(password)
        ends_at = now + accounts.FIRST_PASSWORD
        User.objects.filter(pk=member.user_id).update(password=hashed.password, first_password_ends_at=ends_at)
        User.objects.end_sessions([member.user_id])
        _mail(org, member, "password_given", f"password-given:{member.pk}:{now.isoformat()}", actor=actor, now=now)
        audit.record(org, "account.password", actor=actor, now=now, target=member.public_id)
    return member


@transaction.atomic
def send_link(*, member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    """`Send a link to choose a password` to the account's own address; nothing changes before. Raises Refused."""
    with members.changing(member, actor=actor, now=now) as rows:
        org, member = rows
        _require_somebody_else(member, actor)
        key = f"password-link:{member.pk}:"
        sent = Mail.objects.filter(org=org, key__startswith=key, created_at__gt=now - PAUSE).first()
        if sent:
            again = date_format(timezone.localtime(sent.created_at + PAUSE), "H:i")
            raise Refused(
                _("A link was sent less than an hour ago. Send another one after %(time)s.") % {"time": again}
            )
        _mail(
            org, member, "password_link", f"{key}{now.isoformat()}", actor=actor, now=now, url=choose_url(member.user)
        )
        audit.record(org, "account.password_link", actor=actor, now=now, target=member.public_id)
    return member


def choose_url(user: User) -> str:
    """The page on which whoever holds the link chooses the account's password; for three days, and once."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return f"{settings.ORIGIN}{path}"


def _require_somebody_else(member: Membership, actor: Membership) -> None:
    if member.pk == actor.pk:
        raise Refused(_("Change your own password in My settings."))


def _mail(
    org: Organization,
    member: Membership,
    template: str,
    key: str,
    *,
    actor: Membership,
    now: dt.datetime,
    url: str = "",
) -> None:
    with wording.spoken(org):
        context = {"org": org, "actor": actor.name, "email": member.user.email, "url": url or settings.ORIGIN}
        letter = outbox.render(f"mail/access/members/{template}", context)
    outbox.post(org=org, key=key, to=member.user.email, letter=letter, now=now)
