"""Names of people and companies hold no web address, and are refused when too long, never cut (product.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client

import access.joining.views  # noqa: F401 - so that every form is there
import tracker_portal.accounts.forms
import tracker_portal.accounts.passkey_forms
import tracker_portal.urls  # noqa: F401
from access.accounts import csv_file
from orgs.companies import companies
from orgs.people.models import Department
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.guards.project import APPS
from users.accounts.forms import NameField, WholeTextField
from users.input.field_errors import Form
from users.input.names import web_address

Login = Callable[[Membership], Client]
OF_PEOPLE_AND_COMPANIES = {"first_name", "last_name", "company_name"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Free prize http://evil.example/x now", "http://evil.example/x"),
        ("Win at www.prize", "www.prize"),
        ("evil.com", "evil.com"),
        ("You won, go to Evil.COM/win today", "Evil.COM"),
        ("приз.рф", "приз.рф"),
        ("evil。com", "evil.com"),
        ("ev\u200bil.com", "evil.com"),
        ("ｅｖｉｌ．ｃｏｍ", "evil.com"),
        ("write to a@evil.co.uk", "evil.co.uk"),
        ("Booking.com", "Booking.com"),
    ],
)
def test_web_address_is_found(name: str, found: str) -> None:
    assert web_address(name) == found


@pytest.mark.parametrize(
    "name",
    [
        "Northwind Robotics",
        "ООО «Ромашка»",
        "J.R.R. Tolkien",
        "Müller & Söhne e.V.",
        "S.p.A. Rossi",
        "Smith Co., Ltd.",
        "Node.js Guild",
        "St.Gallen",
        "Dr. No",
        "3.14",
        "北京公司",
        "O’Neill-Šimůnková",
        "A. I. Labs...",
    ],
)
def test_name_of_somebody_is_none(name: str) -> None:
    assert web_address(name) == ""


def forms_of_ours() -> Iterator[type[forms.Form]]:
    """Every form class of the product."""
    waiting: list[Any] = [forms.BaseForm]
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if each.__module__.partition(".")[0] in APPS:
            yield each


def test_every_form_asks_for_names_by_the_field_that_refuses_addresses() -> None:
    found = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in forms_of_ours()
        for name, field in getattr(form, "base_fields", {}).items()
        if name in OF_PEOPLE_AND_COMPANIES
    }
    assert len(found) >= 10
    assert [name for name, field in found.items() if not isinstance(field, NameField)] == []


def test_names_of_things_are_never_cut_by_the_browser() -> None:
    named = [(form, field) for form in forms_of_ours() for name, field in form.base_fields.items() if name == "name"]
    texts = [form.__name__ for form, field in named if not isinstance(field, WholeTextField)]
    assert len(named) >= 4
    typed_again, no_name, on_no_page = "ClosingForm", "DomainForm", "ExampleForm"
    assert sorted(texts) == ["AddForm", typed_again, no_name, "EditPasskeyForm", on_no_page], (
        "the others: allauth's, of a passkey"
    )


class Named(Form):
    name = NameField(label="Name", max_length=5, min_length=2)


def test_field_says_what_is_wrong_and_draws_no_limit() -> None:
    form = Named({"name": "  An   na "})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "An na"
    for typed, told in (
        ("abcdef", "has 6 characters. Use 5 at most."),
        ("a", "Use 2 at least"),
        ("e.com", "“e.com” is"),
    ):
        form = Named({"name": typed})
        assert told in form.errors["name"][0]
        assert "maxlength" not in str(form["name"])


@pytest.mark.django_db
def test_company_that_is_called_like_a_web_address_is_not_founded(client: Client) -> None:
    data = {"company_name": "Win at evil.com", "country": "DE", "first_name": "A", "last_name": "B", "email": "a@b.ee"}
    response = client.post("/start/", data | {"password1": "a-long-enough-password"})
    assert response.status_code in {200, 400}
    assert "“evil.com” is a web address." in response.content.decode()


@pytest.mark.django_db
def test_settings_and_profile_refuse_it(owner: Membership, login: Login) -> None:
    client = login(owner)
    for url, name in ((f"/o/{owner.org.slug}/company/", "name"), ("/me/", "first_name")):
        response = client.post(url, {name: "evil.com", "last_name": "B", "time_zone": "UTC"})
        assert response.status_code == 400, url
        assert "“evil.com” is a web address." in response.content.decode()


@pytest.mark.django_db
def test_row_of_a_file_is_refused(org: Organization) -> None:
    text = "Name,Last name,Birth date,Login\nevil.com,B,1990-03-27,b\n"
    with company_scope(org.pk):
        (fault, *_others) = csv_file.check(text, org, room=5, today=dt.date(2026, 1, 1)).faults
    assert (fault.column, fault.reason) == ("Name", "“evil.com” is a web address.")


@pytest.mark.django_db
def test_root_department_bears_the_whole_name_of_its_company(owner: Membership, now: dt.datetime) -> None:
    long = "Northwind Robotics and Automation of the Whole of Northern Europe and Beyond It"
    founded = companies.create(owner=owner.user, name=long, country="DE", time_zone="UTC", now=now)
    companies.change_settings(actor=owner, name=long, time_zone="UTC", now=now)
    for org_id in (founded.pk, owner.org_id):
        with company_scope(org_id):
            assert Department.objects.get(org=org_id, parent=None).name == long
