"""Company settings: name, time zone; the list of administrators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from orgs.audit.models import AuditEvent
from orgs.companies import companies
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_administrator
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
Login = Callable[[Membership], Client]
WANTED = {"name": "Northwind & Sons", "time_zone": "America/St_Johns"}


def url(org: Organization) -> str:
    return f"/o/{org.slug}/company/"


def changes(org: Organization) -> list[dict[str, object]]:
    with company_scope(org.pk):
        events = AuditEvent.objects.filter(org=org, action="company.change_settings").order_by("number")
        return list(events.values_list("data", flat=True))


def test_saved_settings_are_shown_and_audited(admin: Membership, login: Login) -> None:
    org = admin.org
    response = login(admin).post(url(org), WANTED, follow=True)
    assert "Saved." in main(response)
    org.refresh_from_db()
    assert (org.name, org.time_zone, org.slug) == ("Northwind & Sons", "America/St_Johns", "northwind-robotics")
    with company_scope(org.pk):
        assert Department.objects.get(org=org, parent=None).name == "Northwind & Sons", "the root is the company"
    assert changes(org) == [{"changed": ["name", "time_zone"]}], "the trail holds no names"


def test_saving_without_a_change_leaves_no_trace(admin: Membership, login: Login) -> None:
    org = admin.org
    login(admin).post(url(org), {"name": org.name, "time_zone": org.time_zone})
    assert changes(org) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "A"),
        ("name", "A" * 81),
        ("name", "\x00bad"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus_Mons"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_bad_value_is_said_at_the_field_and_nothing_is_lost(
    admin: Membership, login: Login, field: str, value: str
) -> None:
    response = login(admin).post(url(admin.org), WANTED | {field: value})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    kept = {name: response.context["form"][name].value() for name in WANTED}
    assert kept == WANTED | {field: value}
    admin.org.refresh_from_db()
    assert admin.org.name == "Northwind Robotics"


def test_every_offered_time_zone_exists(admin: Membership, login: Login) -> None:
    choices = login(admin).get(url(admin.org)).context["form"].fields["time_zone"].choices
    zones = [zone for _, group in choices if isinstance(group, list) for zone, _ in group]
    assert 300 < len(zones) < 1000
    assert all(ZoneInfo(zone) for zone in zones)


def test_time_zone_that_is_not_offered_is_kept(admin: Membership, login: Login) -> None:
    org, client = admin.org, login(admin)
    Organization.objects.filter(pk=org.pk).update(time_zone="Etc/GMT-14")
    assert '<option value="Etc/GMT-14" selected>' in client.get(url(org)).content.decode()
    assert client.post(url(org), WANTED | {"time_zone": "Etc/GMT-14"}).status_code == 302
    org.refresh_from_db()
    assert org.time_zone == "Etc/GMT-14"


def test_who_is_no_administrator_any_more_is_refused(admin: Membership, now: dt.datetime) -> None:
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    with pytest.raises(Refused, match="Only administrators"):
        companies.change_settings(actor=admin, now=now, **WANTED)


def test_fields_of_other_forms_are_not_taken(admin: Membership, login: Login) -> None:
    login(admin).post(url(admin.org), WANTED | {"slug": "stolen", "account_limit": "9", "country": "RU", "org": "1"})
    org = admin.org
    org.refresh_from_db()
    assert (org.slug, org.account_limit, org.country) == ("northwind-robotics", 1000, "DE")


# --- administrators -------------------------------------------------------------------------------------------
def test_administrators_are_listed_with_roles_and_no_employee(
    admin: Membership, owner: Membership, member: Membership, login: Login
) -> None:
    page = main(login(admin).get(f"{url(admin.org)}admins/"))
    assert f"{owner.name} {owner.user.email} Owner" in page
    assert f"{admin.name} You {admin.user.email} Administrator" in page
    assert member.user.email not in page


def test_blocked_and_former_administrators_are_not_listed(admin: Membership, login: Login, now: dt.datetime) -> None:
    blocked, former = make_administrator(admin.org), make_administrator(admin.org)
    Membership.objects.filter(pk=blocked.pk).update(blocked_at=now)
    Membership.objects.filter(pk=former.pk).update(ended_at=now)
    page = main(login(admin).get(f"{url(admin.org)}admins/"))
    assert blocked.user.email not in page
    assert former.user.email not in page


def test_list_of_administrators_is_paged_and_needs_as_many_queries(admin: Membership, login: Login) -> None:
    client = login(admin)
    few = queries_of(client, f"{url(admin.org)}admins/")
    for _ in range(55):
        make_administrator(admin.org)
    assert queries_of(client, f"{url(admin.org)}admins/") == few <= 8
    page = client.get(f"{url(admin.org)}admins/").context["page"]
    assert len(page.rows) == 50
    assert page.next_url
