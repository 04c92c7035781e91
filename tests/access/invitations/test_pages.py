"""The administrators' pages: `Invite users`, the invitations, the invite link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.invitations import invitations, invite_links
from access.joining import acceptance
from access.members.members import Terms
from orgs.people.joining_models import Invitation, InviteLink
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
MOST_QUERIES = 12


@pytest.fixture
def client(login: Login, admin: Membership) -> Client:
    return login(admin)


@pytest.fixture
def url(org: Organization) -> Callable[[str], str]:
    return lambda path: f"/o/{org.slug}/access/{path}"


def rows(org: Organization, model: Any) -> list[Any]:
    with company_scope(org.pk):
        return list(model.objects.filter(org=org).select_related("department", "team"))


def test_pasted_addresses_go_out_and_the_others_are_named(
    client: Client, url: Callable[[str], str], org: Organization, viewer: Membership
) -> None:
    pasted = f"Priya <priya@example.net>; tom@example.net, {viewer.user.email} j.weber@"
    response = client.post(url("invite/"), {"addresses": pasted, "level": "read_only"}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain[-1][0] == url("invitations/")
    assert "2 invitations sent." in html
    assert f"Already here: {viewer.user.email}." in html
    assert "1 address was skipped: j.weber@." in html
    assert {row.email for row in rows(org, Invitation)} == {"priya@example.net", "tom@example.net"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"addresses": ""}, "Enter at least one email address."),
        ({"addresses": "j.weber@, weber"}, "j.weber@: a domain is missing after the @"),
        ({"addresses": " ".join(f"n{n}@example.net" for n in range(201))}, "At most 200 addresses at once."),
        ({"addresses": "a@example.net", "level": "owner"}, "Choose one of the two."),
        ({"addresses": "a@example.net", "team": "zzzz"}, "This one does not exist any more."),
    ],
)
def test_bad_input_is_an_error_at_its_field_and_sends_nothing(
    client: Client, url: Callable[[str], str], org: Organization, data: dict[str, str], error: str
) -> None:
    response = client.post(url("invite/"), {"level": "read_only", **data})
    assert response.status_code == 400
    assert error in response.content.decode()
    assert data["addresses"] in response.content.decode()
    assert rows(org, Invitation) == []


def test_department_of_another_company_cannot_be_chosen(
    client: Client, url: Callable[[str], str], outsider: Membership
) -> None:
    with company_scope(outsider.org_id):
        foreign = outsider.department.public_id
    data = {"addresses": "a@example.net", "level": "read_only", "department": foreign}
    assert client.post(url("invite/"), data).status_code == 400


def test_full_company_is_told_at_the_field(client: Client, url: Callable[[str], str], org: Organization) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    response = client.post(url("invite/"), {"addresses": "a@example.net", "level": "read_only"})
    assert response.status_code == 400
    assert "has reached 1 accounts" in response.content.decode()


def test_chips_tell_good_here_invited_and_bad_apart(
    client: Client, url: Callable[[str], str], org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invitations.invite(org=org, emails=["tom@example.net"], terms=terms, actor=owner, now=now - dt.timedelta(days=1))
    invitations.invite(org=org, emails=["kim@example.net"], terms=terms, actor=owner, now=now)
    pasted = f"new@example.net tom@example.net kim@example.net {owner.user.email} j.weber@ <b>x</b>"
    html = client.post(url("invite/check/"), {"addresses": pasted}).content.decode()
    assert '<li class="chip">new@example.net</li>' in html
    assert "tom@example.net is already invited" in html
    assert "kim@example.net was written to today" in html
    assert f"{owner.user.email} is already here" in html
    assert "j.weber@: a domain is missing after the @" in html
    assert "<b>" not in html


def test_tabs_show_invitations_by_state(
    client: Client, url: Callable[[str], str], org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    emails = [f"{name}@example.net" for name in ("pending", "expired", "revoked", "accepted")]
    invitations.invite(org=org, emails=emails, terms=terms, actor=owner, now=now)
    by_email = {row.email.partition("@")[0]: row for row in rows(org, Invitation)}
    invitations.revoke(invitation=by_email["revoked"], actor=owner, now=now)
    person = acceptance.Person("A", "B", "a-long-enough-password")
    acceptance.accept_as_new(token=mailed.token("accepted@example.net"), person=person, now=now)
    with company_scope(org.pk):
        Invitation.objects.filter(pk=by_email["expired"].pk).update(expires_at=now)
    for state in by_email:
        html = client.get(url(f"invitations/?state={state}")).content.decode()
        assert [name for name in by_email if f"{name}@example.net" in html] == [state]
        assert ("Resend" in html) == (state in {"pending", "expired"})
    assert client.get(url("invitations/?state=nonsense")).status_code == 200


def test_empty_list_leads_to_inviting(client: Client, url: Callable[[str], str]) -> None:
    html = client.get(url("invitations/")).content.decode()
    assert "No open invitations" in html
    assert f'href="{url("invite/")}"' in html


def test_resend_and_revoke_say_what_happened(
    client: Client, url: Callable[[str], str], org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    invitations.invite(org=org, emails=["tom@example.net"], terms=terms, actor=owner, now=now - dt.timedelta(days=1))
    (row,) = rows(org, Invitation)
    act = url(f"invitations/{row.public_id}")
    assert "Sent again to tom@example.net." in client.post(f"{act}/resend/", follow=True).content.decode()
    assert "It can be sent again from" in client.post(f"{act}/resend/", follow=True).content.decode()
    assert "is revoked" in client.post(f"{act}/revoke/", follow=True).content.decode()
    assert "This invitation was revoked." in client.post(f"{act}/revoke/", follow=True).content.decode()
    assert client.post(url("invitations/zzzz/revoke/")).status_code == 404


def test_link_is_switched_on_shown_replaced_and_switched_off(
    client: Client, url: Callable[[str], str], org: Organization
) -> None:
    assert 'aria-checked="false"' in client.get(url("link/")).content.decode()
    html = client.post(url("link/on/"), follow=True).content.decode()
    (link,) = rows(org, InviteLink)
    assert "Link is on." in html
    assert 'aria-checked="true"' in html
    assert invite_links.url(link) in html
    assert "Reset the invite link?" in client.get(url("link/replace/")).content.decode()
    html = client.post(url("link/replace/"), follow=True).content.decode()
    assert invite_links.url(link) not in html
    html = client.post(url("link/off/"), follow=True).content.decode()
    assert "for good" in html
    assert 'aria-checked="false"' in html
    assert "The invite link is off." in client.post(url("link/replace/"), follow=True).content.decode()


def test_terms_and_limits_are_saved_and_kept_when_nothing_changes(
    client: Client, url: Callable[[str], str], org: Organization
) -> None:
    client.post(url("link/on/"))
    (before,) = rows(org, InviteLink)
    data = {"level": "full", "life": "kept", "max_uses": "20", "domains": "Example.org, bücher.example"}
    assert "Saved." in client.post(url("link/change/"), data, follow=True).content.decode()
    (link,) = rows(org, InviteLink)
    assert (link.level, link.max_uses, link.expires_at) == (Level.FULL, 20, before.expires_at)
    assert link.domains == ["example.org", "xn--bcher-kva.example"]
    client.post(url("link/change/"), data | {"life": "", "max_uses": "", "domains": ""})
    (link,) = rows(org, InviteLink)
    assert (link.expires_at, link.max_uses, link.domains) == (None, None, [])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"max_uses": "0"}, "can be 1 at least"),
        ({"max_uses": "-5"}, "can be 1 at least"),
        ({"max_uses": "9" * 30}, "can be 1000000 at most"),
        ({"domains": "not a domain"}, "is no domain."),
        ({"domains": "a" * 64 + ".example"}, "is no domain."),
        ({"life": "15"}, "is none of those to choose from"),
        ({"level": ""}, "Choose the access."),
    ],
)
def test_bad_limits_are_an_error_at_their_field(
    client: Client, url: Callable[[str], str], data: dict[str, str], error: str
) -> None:
    client.post(url("link/on/"))
    response = client.post(url("link/change/"), {"level": "read_only", "life": "14", **data})
    assert response.status_code == 400
    assert error in response.content.decode()


def test_queries_do_not_grow_with_invitations_or_people(
    client: Client, url: Callable[[str], str], org: Organization, owner: Membership, terms: Terms, now: dt.datetime
) -> None:
    client.post(url("link/on/"))
    invitations.invite(org=org, emails=["first@example.net"], terms=terms, actor=owner, now=now)
    client.get(url("invite/"))  # notes that the person was here
    few = {path: cost(client, url(path)) for path in ("invite/", "invitations/", "link/")}
    emails = [f"n{number}@example.net" for number in range(60)]
    invitations.invite(org=org, emails=emails, terms=terms, actor=owner, now=now)
    (link,) = rows(org, InviteLink)
    for number in range(5):
        person = acceptance.Person("A", f"B{number}", "a-long-enough-password")
        member = acceptance.accept_as_new(token=mailed.token(emails[number]), person=person, now=now)
        Membership.objects.filter(pk=member.pk).update(invite_link=link)
    assert {path: cost(client, url(path)) for path in few} == few
    assert max(few.values()) <= MOST_QUERIES, few


def cost(client: Client, url: str) -> int:
    with counted_queries() as queries:
        assert client.get(url).status_code == 200
    return len([sql for sql in queries if "current_setting('role')" not in sql])  # that one asks for the test's scope
