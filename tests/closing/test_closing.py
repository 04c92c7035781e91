"""Closing a company: asked by an owner, done 24 h later, resumed after any crash (product.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client

from access import accounts, grants, invitations, links, offers
from access.accounts import Account
from access.links import Limits
from access.members import Terms
from orgs import audit, closing, deletion, domains, jobs, sweeping
from orgs.clock import database_now
from orgs.errors import Refused
from orgs.models import (
    AuditEvent,
    Brake,
    Deletion,
    Department,
    Domain,
    Invitation,
    InviteLink,
    Job,
    JobState,
    Level,
    Mail,
    Membership,
    Organization,
    Role,
    State,
)
from orgs.scopes import company_scope, platform_scope
from tests.domains import linked
from tests.factories import UserFactory, add_member, make_company
from tests.joining import mailed
from tests.joining.copied import token as link_token
from tests.lifecycle.companies import events, fill, rows_left
from users.models import User

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(hours=24)
MAYA = Account("Maya", "Chen", dt.date(1990, 3, 27), "maya.chen", "northwind.example")


@pytest.fixture
def terms(org: Organization) -> Terms:
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def domain(owner: Membership, now: dt.datetime) -> Domain:
    return linked.verify(owner, "northwind.example", now=now)


@pytest.fixture
def maya(owner: Membership, domain: Domain, terms: Terms, now: dt.datetime) -> Membership:
    """The company created her account."""
    password = "a-long-enough-password"
    return accounts.create(org=owner.org, account=MAYA, password=password, terms=terms, actor=owner, now=now)


def ask(owner: Membership, now: dt.datetime) -> Organization:
    return closing.ask(name=owner.org.name, actor=owner, now=now)


def close(owner: Membership, now: dt.datetime) -> Organization:
    """Asked a day before `now`, and due."""
    ask(owner, now - DAY)
    assert sweeping.due_to_close(now) == [owner.org_id]
    assert closing.close(owner.org_id, now=now)
    return Organization.objects.get(pk=owner.org_id)


def purge() -> None:
    for deletion_id, org_id in deletion.unfinished():
        deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


def present(org: Organization) -> int:
    return Membership.objects.present().filter(org=org).count()


def acts(org: Organization) -> list[str]:
    return [act for act in events(org) if act.startswith("company.c")]


# --- when ----------------------------------------------------------------------------------------------
def test_nothing_happens_before_24_hours_are_over(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now)
    early = now + DAY - dt.timedelta(seconds=1)
    assert sweeping.due_to_close(early) == []
    assert not closing.close(org.pk, now=early)
    assert present(org) == 1
    assert closing.close(org.pk, now=now + DAY)
    assert present(org) == 0


def test_owner_who_keeps_the_company_wins_over_a_sweep_that_waits(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    waiting = sweeping.due_to_close(now)
    closing.keep(actor=owner, now=now)
    assert waiting == [org.pk]
    assert not closing.close(org.pk, now=now)
    assert present(org) == 1
    assert acts(org) == ["company.closing_ask", "company.closing_keep"]


def test_asking_again_after_keeping_begins_a_new_day(owner: Membership, now: dt.datetime) -> None:
    ask(owner, now - DAY)
    closing.keep(actor=owner, now=now)
    assert ask(owner, now).closing_at == now + DAY


def test_closing_twice_has_one_effect(owner: Membership, now: dt.datetime) -> None:
    org = close(owner, now)
    before = events(org)
    assert not closing.close(org.pk, now=now)
    assert sweeping.due_to_close(now) == []
    assert events(org) == before
    assert audit.broken_at(org) is None


# --- who -----------------------------------------------------------------------------------------------
def test_only_an_owner_asks_and_keeps(
    owner: Membership, admin: Membership, member: Membership, now: dt.datetime
) -> None:
    for actor in (admin, member):
        with pytest.raises(Refused, match="Only an owner"):
            closing.ask(name=owner.org.name, actor=actor, now=now)
    ask(owner, now)
    with pytest.raises(Refused, match="Only an owner"):
        closing.keep(actor=admin, now=now)


@pytest.mark.parametrize("name", ["", "northwind robotics", "Northwind", "Southwind Foods"])
def test_another_name_is_refused(owner: Membership, now: dt.datetime, name: str) -> None:
    with pytest.raises(Refused, match="not the company’s name") as caught:
        closing.ask(name=name, actor=owner, now=now)
    assert caught.value.field == "name"


def test_every_owner_is_told_with_the_way_back(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    Membership.objects.filter(pk=admin.pk).update(role=Role.OWNER)
    org = ask(owner, now)
    for who in (owner, admin):
        (text,) = mailed.texts(who.user.email)
        assert f"{owner.name} asked to delete Northwind Robotics" in text
        assert f"/o/{org.slug}/company/data/" in text
    closing.keep(actor=admin, now=now)
    assert mailed.texts(owner.user.email) == []


# --- brakes --------------------------------------------------------------------------------------------
def test_operator_holds_it_and_lets_it_go(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=now)
    assert sweeping.due_to_close(now) == []
    assert not closing.close(org.pk, now=now)
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=None)
    assert closing.close(org.pk, now=now)


def test_off_switch_and_the_hourly_limit_hold_it(
    owner: Membership, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = ask(owner, now - DAY)
    with platform_scope():
        brake = Brake.objects.create(reason="Something is wrong")
    assert not closing.close(org.pk, now=now)
    with platform_scope():
        Brake.objects.filter(pk=brake.pk).update(released_at=now)
    with monkeypatch.context() as patch:
        patch.setattr(deletion, "CLAIMS_AN_HOUR", 0)
        assert not closing.close(org.pk, now=now)
    assert closing.close(org.pk, now=now)


def test_dry_run_names_it(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    output = StringIO()
    call_command("lifecycle", "--dry-run", stdout=output)
    assert f"{org.slug}: closing due since" in output.getvalue()
    assert "would be closed" in output.getvalue()
    assert present(org) == 1


def test_round_by_hand_closes_and_deletes(owner: Membership, member: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - 2 * DAY)
    output = StringIO()
    call_command("lifecycle", stdout=output)
    assert output.getvalue().splitlines() == [f"company {org.pk}: closed", f"company {org.pk}: data deleted"]


# --- what ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["trial", "active", "read_only", "deactivated"])
def test_data_goes_without_the_30_days_whatever_state_it_is_in(
    owner: Membership, member: Membership, now: dt.datetime, state: str
) -> None:
    org = owner.org
    counts = fill(org)
    ends = now + 9 * DAY
    facts: dict[str, Any] = {"state": state, "trial_ends_at": ends if state == "trial" else now - 9 * DAY}
    facts |= {"retention_ends_at": ends, "full_seats": 0} if state in ("read_only", "deactivated") else {}
    Organization.objects.filter(pk=org.pk).update(**facts)
    org = close(owner, now)
    assert (org.state, org.full_seats) == (State.DELETING, 0)
    purge()
    org.refresh_from_db()
    assert (org.state, rows_left(org)) == (State.DELETED, 0)
    with company_scope(org.pk):
        assert Deletion.objects.get().counts == counts


def test_company_without_data_is_closed_without_a_deletion(owner: Membership, now: dt.datetime) -> None:
    Organization.objects.filter(pk=owner.org_id).update(state=State.INACTIVE, trial_ends_at=None, activated_at=None)
    org = close(owner, now)
    assert org.state == State.INACTIVE
    assert deletion.unfinished() == []


def test_deletion_that_has_begun_goes_on(owner: Membership, now: dt.datetime) -> None:
    org = owner.org
    fill(org)
    Organization.objects.filter(pk=org.pk).update(state=State.DELETING)
    with company_scope(org.pk):
        Deletion.objects.create(org=org, due_at=now, claimed_at=now)
    close(owner, now)
    purge()
    org.refresh_from_db()
    assert (org.state, rows_left(org)) == (State.DELETED, 0)


def test_memberships_end_and_nobody_gets_in_any_more(
    owner: Membership, member: Membership, login: Callable[[Membership], Client], terms: Terms, now: dt.datetime
) -> None:
    invitations.invite(org=owner.org, emails=["priya@example.net"], terms=terms, actor=owner, now=now - DAY)
    invitation = mailed.token("priya@example.net")
    link = links.switch_on(org=owner.org, terms=terms, limits=Limits(None), actor=owner, now=now - DAY)
    token = link_token(link)
    client = login(member)
    org = close(owner, now)
    assert client.get(f"/o/{org.slug}/").status_code == 404
    offer, shown = offers.invitation_offer(invitation, now=now), offers.link_offer(token, now=now)
    assert (offer and offer.state, shown and shown.state) == ("revoked", "off")
    assert mailed.texts("priya@example.net") == []
    with company_scope(org.pk):
        assert "priya" not in repr(list(Invitation.objects.values()))
        assert {bytes(row.sealed) for row in InviteLink.objects.all()} == {b""}
    with pytest.raises(Refused):
        links.join(token=token, user=UserFactory(), now=now)
    with pytest.raises(Refused):
        grants.set_level(member=member, level=Level.FULL, actor=owner, now=now)


def test_account_that_the_company_created_is_erased(owner: Membership, maya: Membership, now: dt.datetime) -> None:
    client = Client()
    client.force_login(maya.user)
    org = close(owner, now)
    user = User.objects.get(pk=maya.user_id)
    assert (user.first_name, user.last_name, user.birth_date, user.is_active) == ("", "", None, False)
    assert user.email == f"erased-{user.pk}@erased.invalid"
    assert not user.has_usable_password()
    assert not EmailAddress.objects.filter(user=user).exists()
    assert client.get("/me/").status_code == 302
    owner.user.refresh_from_db()
    assert owner.user.first_name
    with company_scope(org.pk):
        trail = repr(list(AuditEvent.objects.values()))
    assert "maya" not in trail.lower()
    assert "chen" not in trail.lower()


def test_account_whose_person_is_in_another_company_is_kept_and_logged_out(
    owner: Membership, maya: Membership, outsider: Membership, now: dt.datetime
) -> None:
    add_member(outsider.org, user=maya.user)
    client = Client()
    client.force_login(maya.user)
    close(owner, now)
    user = User.objects.get(pk=maya.user_id)
    assert (user.first_name, user.email, user.is_active) == ("Maya", "maya.chen@northwind.example", True)
    assert client.get("/me/").status_code == 302


def test_person_with_an_own_account_keeps_it_and_the_session(
    owner: Membership, member: Membership, login: Callable[[Membership], Client], now: dt.datetime
) -> None:
    client = login(member)
    close(owner, now)
    user = User.objects.get(pk=member.user_id)
    assert (user.first_name, user.is_active) == (member.user.first_name, True)
    assert client.get("/me/").status_code == 200


def test_domain_is_free_for_another_company(
    owner: Membership, domain: Domain, outsider: Membership, now: dt.datetime
) -> None:
    org = close(owner, now)
    assert linked.names(org) == []
    assert linked.verify(outsider, "northwind.example", now=now).is_verified
    assert linked.acts(org)[-1] == "domain.remove"


def test_jobs_stop_and_their_files_go(owner: Membership, now: dt.datetime, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    org = owner.org
    name = default_storage.save("jobs/people.csv", ContentFile(b"Maya"))
    with company_scope(org.pk):
        common = {"org": org, "actor": owner, "created_at": now, "claimed_until": now - DAY}
        Job.objects.create(kind="people_import", parameters={"a": "Maya"}, result={"b": "Maya"}, **common)
        over = {"state": JobState.DONE, "finished_at": now - DAY, "file": name}
        Job.objects.create(kind="issue_list", **common, **over)
    close(owner, now)
    jobs.delete_expired_files(now=now)
    assert not default_storage.exists(name)
    with company_scope(org.pk):
        assert not Job.objects.unfinished().exists()
        assert "Maya" not in repr(list(Job.objects.values()))


def test_owners_get_the_last_word_and_the_certificate(owner: Membership, member: Membership, now: dt.datetime) -> None:
    fill(owner.org)
    close(owner, now)
    purge()
    asked_is_gone, certificate = mailed.texts(owner.user.email)
    assert "Nobody has access to Northwind Robotics any more." in asked_is_gone
    assert "3 issues, 3 comments, 1 queue" in asked_is_gone
    assert "3 issues, 3 comments, 1 queue" in certificate
    assert "you owned Northwind Robotics" in certificate
    assert f"/o/{owner.org.slug}/" not in certificate


def test_other_companies_feel_nothing(owner: Membership, outsider: Membership, now: dt.datetime) -> None:
    fill(outsider.org)
    linked.verify(outsider, "southwind.example", now=now)
    before = (present(outsider.org), rows_left(outsider.org), linked.names(outsider.org), events(outsider.org))
    close(owner, now)
    purge()
    assert (present(outsider.org), rows_left(outsider.org), linked.names(outsider.org), events(outsider.org)) == before


def test_audit_trail_tells_of_it_in_order(owner: Membership, member: Membership, now: dt.datetime) -> None:
    org = close(owner, now)
    purge()
    assert acts(org) == ["company.closing_ask", "company.close"]
    assert events(org).count("member.remove") == 2
    assert audit.broken_at(org) is None
    with company_scope(org.pk):
        assert AuditEvent.objects.get(action="company.close").data == {"people": 2, "domains": 0}
        assert Mail.objects.filter(org=org).exclude(key__regex="^(closing|deletion):").count() == 0


def test_domains_cannot_be_linked_to_a_closed_company(owner: Membership, now: dt.datetime) -> None:
    close(owner, now)
    with pytest.raises(Refused):
        domains.add(name="northwind.example", actor=owner, now=now)
    with pytest.raises(Refused):
        closing.keep(actor=owner, now=now)
    assert make_company("Northwind Robotics").slug != owner.org.slug
