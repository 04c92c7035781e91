"""An invitation that is open can be changed; one sending gives each address its level; the trial says who writes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from access.invitations import invitations, invite_links
from access.invitations.invite_links import Limits
from access.joining import acceptance
from access.joining.acceptance import Person
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.people.joining_models import Invitation
from orgs.people.models import Department, Team
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.factories import make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
PRIYA = "priya@example.net"
NEW = Person("Priya", "Nair", "a-long-enough-password")


@pytest.fixture
def invitation(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> Invitation:
    invitations.invite(org=org, emails=[PRIYA], terms=terms, actor=owner, now=now)
    return reread(org)


@pytest.fixture
def vision(org: Organization) -> tuple[Department, Team]:
    """A department below the company, and a team."""
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        software = Department.objects.create(org=org, name="Software", parent=root)
        return software, Team.objects.create(org=org, name="Vision")


def reread(org: Organization) -> Invitation:
    with company_scope(org.pk):
        return Invitation.objects.select_related("department", "team", "org", "invited_by__user").get(org=org)


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- changing ------------------------------------------------------------------------------------------
def test_change_keeps_the_token_and_mails_nobody(
    invitation: Invitation, admin: Membership, vision: tuple[Department, Team], now: dt.datetime
) -> None:
    department, team = vision
    invitations.change(invitation=invitation, terms=Terms(Level.FULL, department, team), actor=admin, now=now)
    assert len(mailed.texts(PRIYA)) == 1
    member = acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)
    assert (member.level, member.department_id) == (Level.FULL, department.pk)
    with company_scope(admin.org_id):
        assert list(Team.objects.filter(team_members__member=member)) == [team]
        event = AuditEvent.objects.get(org=admin.org, action="invitation.change")
    assert (event.actor_id, event.data) == (admin.pk, {"from": Level.READ_ONLY, "to": Level.FULL})


def test_who_set_the_terms_last_stands_for_them(
    invitation: Invitation, admin: Membership, terms: Terms, now: dt.datetime
) -> None:
    invitations.change(invitation=invitation, terms=terms, actor=admin, now=now)
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    with pytest.raises(Refused, match="no longer counts"):
        acceptance.accept_as_new(token=mailed.token(PRIYA), person=NEW, now=now)


def test_nobody_changes_what_is_over_or_is_no_administrator(
    invitation: Invitation, owner: Membership, member: Membership, terms: Terms, now: dt.datetime
) -> None:
    with pytest.raises(Refused, match="administrators"):
        invitations.change(invitation=invitation, terms=terms, actor=member, now=now)
    invitations.revoke(invitation=invitation, actor=owner, now=now)
    with pytest.raises(Refused, match="revoked"):
        invitations.change(invitation=invitation, terms=terms, actor=owner, now=now)


def test_page_shows_what_is_and_saves_what_is_chosen(
    invitation: Invitation, admin: Membership, vision: tuple[Department, Team], login: Login
) -> None:
    client, base = login(admin), f"/o/{admin.org.slug}/access/invitations/"
    url = f"{base}{invitation.public_id}/change/"
    assert f'href="{url}"' in client.get(base).content.decode()
    assert PRIYA in page(client, url)
    assert "/invitation/" not in client.get(url).content.decode(), "there is no link to copy"
    data = {"level": "full", "department": vision[0].public_id, "team": vision[1].public_id}
    html = client.post(url, data, follow=True).content.decode()
    assert f"The invitation of {PRIYA} is changed." in html
    assert "Vision" in html
    changed = reread(admin.org)
    assert (changed.level, changed.department, changed.team) == (Level.FULL, *vision)
    assert re.search(r'value="full"[^>]*checked', client.get(url).content.decode())
    assert client.post(url, data | {"level": "owner"}).status_code == 400
    assert client.get(f"{base}zzzz/change/").status_code == 404


# --- each its own ----------------------------------------------------------------------------------------
def test_each_address_gets_its_own_level_without_javascript(
    org: Organization, admin: Membership, owner: Membership, login: Login
) -> None:
    client, base = login(admin), f"/o/{org.slug}/access/invite/"
    assert f'formaction="{base}each/"' in client.get(base).content.decode()
    data = {"addresses": f"{PRIYA} tom@example.net {owner.user.email}", "level": "read_only"}
    response = client.post(f"{base}each/", data)
    html = response.content.decode()
    assert response.status_code == 200
    assert f'name="level:{PRIYA}"' in html
    assert f'name="level:{owner.user.email}"' not in html
    chosen = data | {f"level:{PRIYA}": "full", "level:tom@example.net": "read_only"}
    assert "With Full access for 1 person" in client.post(f"{base}each/", chosen).content.decode()
    with company_scope(org.pk):
        assert not Invitation.objects.exists(), "choosing sends nothing"
    client.post(base, chosen)
    with company_scope(org.pk):
        found = dict(Invitation.objects.values_list("email", "level"))
    assert found == {PRIYA: "full", "tom@example.net": "read_only"}


def test_levels_that_were_chosen_outlive_a_refusal(org: Organization, admin: Membership, login: Login) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    data = {"addresses": PRIYA, "level": "read_only", f"level:{PRIYA}": "full"}
    response = login(admin).post(f"/o/{org.slug}/access/invite/", data)
    html = response.content.decode()
    assert response.status_code == 400
    assert "has reached 1 accounts" in html
    assert re.search(r'value="full" selected', html)


def test_address_on_a_domain_in_another_script_is_shown_as_people_write_it(
    org: Organization, admin: Membership, login: Login
) -> None:
    data = {"addresses": "anna@ромашка.рф", "level": "read_only"}
    listed = login(admin).post(f"/o/{org.slug}/access/invite/", data, follow=True).content.decode()
    assert ">anna@ромашка.рф<" in listed
    assert reread(org).email.startswith("anna@xn--")


def test_bad_addresses_do_not_come_so_far(org: Organization, admin: Membership, login: Login) -> None:
    response = login(admin).post(f"/o/{org.slug}/access/invite/each/", {"addresses": "weber", "level": "read_only"})
    assert response.status_code == 400
    assert "no @ in it" in response.content.decode()


# --- the trial -------------------------------------------------------------------------------------------
def test_trial_says_on_every_page_and_in_the_mail_that_everybody_writes(
    login: Login, client: Client, now: dt.datetime
) -> None:
    trial = make_company("Contoso", age_days=5)
    boss = trial.memberships.get(role=Role.OWNER)
    with company_scope(trial.pk):
        terms = Terms(Level.READ_ONLY, Department.objects.get(org=trial, parent=None))
    invitations.invite(org=trial, emails=[PRIYA], terms=terms, actor=boss, now=now)
    link = link_token(invite_links.switch_on(org=trial, terms=terms, limits=Limits(None), actor=boss, now=now))
    admins, base = login(boss), f"/o/{trial.slug}/access/"
    change = f"{base}invitations/{reread(trial).public_id}/change/"
    for url in (f"{base}invite/", change):
        assert "Everyone has full access until" in page(admins, url)
    for url in (f"/invitation/{mailed.token(PRIYA)}/", f"/join/{link}/"):
        assert "everybody there works with issues, you too. From then on you have Read only access." in page(
            client, url
        )
    assert "everybody there works with issues." in mailed.texts(PRIYA)[0]


def test_after_the_trial_the_level_is_what_it_is(invitation: Invitation, client: Client) -> None:
    told = page(client, f"/invitation/{mailed.token(PRIYA)}/")
    assert "You join with Read only access." in told
    assert "everybody there works" not in told + mailed.texts(PRIYA)[0]
