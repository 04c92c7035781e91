"""Acts on one person: role, department, team, block, unblock, remove, link to a password, transfer of ownership."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _

from access.members import members, passwords, roles
from access.pages.confirmation_views import Act, act_on, ask, posted
from access.pages.forms import BlockForm, Confirm, DepartmentForm, RoleForm
from access.people.views import page_of, person_or_404
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, owner_acts


def about(member: Membership, org: str, title: str, button: str, said: str) -> Act:
    """An act on a person."""
    return act_on(member, page_of(member, org), "users", title=title, button=button, said=said)


@administrator_acts.get_and_post
def user_role(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Change role`. Only owners are offered to make somebody an owner."""
    person = person_or_404(request, member)
    act = about(person, org, _("Change the role of %(name)s"), _("Save"), _("The role of %(name)s is changed."))
    with_owner = request.membership.is_owner or person.is_owner
    form = RoleForm(posted(request), with_owner=with_owner, initial={"role": person.role})
    return ask(request, act, form, partial(roles.change, member=person))


@administrator_acts.get_and_post
def user_department(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Move to department`."""
    person = person_or_404(request, member)
    act = about(person, org, _("Move %(name)s to a department"), _("Move"), _("%(name)s is moved."))
    initial = {"department": person.department.public_id}
    form = DepartmentForm(posted(request), org=request.org, initial=initial)
    return ask(request, act, form, partial(members.move, member=person))


@administrator_acts.get_and_post
def user_block(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Block`, with a reason."""
    person = person_or_404(request, member)
    text = _("%(name)s loses access to this company at once, holds no seat and does not count in the limit.")
    text %= {"name": person.name}
    act = about(person, org, _("Block %(name)s?"), _("Block %(name)s"), _("%(name)s is blocked.")).warning(text)
    return ask(request, act, BlockForm(posted(request)), partial(members.block, member=person))


@administrator_acts.get_and_post
def user_unblock(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    person = person_or_404(request, member)
    text = _("%(name)s can open this company again, and counts in its limit of accounts.")
    text %= {"name": person.name}
    act = about(person, org, _("Unblock %(name)s?"), _("Unblock %(name)s"), _("%(name)s is unblocked.")).explained(text)
    return ask(request, act, Confirm(posted(request)), partial(members.unblock, member=person))


@administrator_acts.get_and_post
def user_remove(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    person = person_or_404(request, member)
    text = _("%(name)s leaves this company and all its teams at once, keeps the login, and appears as a former member.")
    text %= {"name": person.name}
    act = about(person, org, _("Remove %(name)s?"), _("Remove %(name)s"), _("%(name)s is removed.")).warning(text)
    return ask(request, act, Confirm(posted(request)), partial(members.remove, member=person))


@administrator_acts.get_and_post
def user_password_link(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Send a link to choose a password`, for whoever's password is not set by the one who asks."""
    person = person_or_404(request, member)
    title, button = _("Send %(name)s a link to choose a password?"), _("Send a link to choose a password")
    text = _("It goes to %(email)s, works for 3 days and once. Until it is used, the password stays as it is.")
    text %= {"email": person.user.email}
    act = about(person, org, title, button, _("The link was sent to %(name)s.")).explained(text)
    return ask(request, act, Confirm(posted(request)), partial(passwords.send_link, member=person))


@owner_acts.get_and_post
def user_transfer(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Transfer ownership`."""
    person = person_or_404(request, member)
    title, button = _("Transfer ownership to %(name)s?"), _("Transfer ownership")
    text = _("%(name)s becomes an owner of this company. You stay as an administrator.")
    text %= {"name": person.name}
    act = about(person, org, title, button, _("%(name)s is an owner now.")).warning(text)
    return ask(request, act, Confirm(posted(request)), partial(roles.transfer, member=person))
