"""`Payment details management` as an administrator uses it, and the ways that lead there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from access.changes import staged_changes
from billing.payers.models import Payer, PayerKind
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.billing.payers.payer_details import DETAILS, current, save, versions
from tests.billing.payers.payer_form import GMBH, OOO, PERSON, posted
from tests.factories import add_member
from tests.tracker_portal.pages import main, section, text
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
INDIVIDUAL, LEGAL_ENTITY = PayerKind.INDIVIDUAL, PayerKind.LEGAL_ENTITY
GERMAN, RUSSIAN = posted(LEGAL_ENTITY, "DE", GMBH), posted(LEGAL_ENTITY, "RU", OOO)
DAY = dt.timedelta(days=1)
FORM_OF_VAT = "VAT DE136695976: the form of the number is right. Whether it is registered was not checked."


@pytest.fixture
def url(org: Organization) -> str:
    return reverse("billing:payer", args=[org.slug])


def value(response: Any, name: str) -> str:
    """What stands in a text field."""
    html = response.content.decode()
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert found, f"there is no field {name}"
    return (re.search(r'value="([^"]*)"', found[0]) or ["", ""])[1]


def unpaid(org: Organization, now: dt.datetime) -> None:
    """Six have full access, and nobody pays."""
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=now, full_seats=6)


# --- the form ---------------------------------------------------------------------------------------------
def test_first_time_it_knows_the_company_and_who_asks(
    login: Login, url: str, org: Organization, admin: Membership
) -> None:
    response = login(admin).get(url)
    assert response.status_code == 200
    assert value(response, "legal_entity_company_name") == org.name
    assert value(response, "individual_email") == value(response, "legal_entity_email") == admin.user.email
    assert '<option value="DE" selected>' in response.content.decode()
    assert "Nothing is saved yet." in section(response, "payer-history")


def test_both_kinds_stand_in_the_page_under_their_headings(login: Login, url: str, admin: Membership) -> None:
    """Without a style sheet that knows better all of them are seen; the server ignores those of the other kind."""
    html = login(admin).get(url).content.decode()
    for kind in ("individual", "legal_entity"):
        assert f'data-kind="{kind}"' in html
    assert re.findall(r'payer__legend">([^<]+)<', html) == ["Individual", "Legal entity"]


@pytest.mark.parametrize(
    ("fields", "kind", "country"),
    [
        (posted(INDIVIDUAL, "DE", PERSON), "individual", "DE"),
        (posted(INDIVIDUAL, "RU", PERSON, inn="500100732259"), "individual", "RU"),
        (GERMAN, "legal_entity", "DE"),
        (RUSSIAN, "legal_entity", "RU"),
    ],
    ids=["person", "person in Russia", "German company", "Russian company"],
)
def test_each_kind_is_saved_and_shown_again(
    login: Login, url: str, org: Organization, admin: Membership, fields: dict[str, str], kind: str, country: str
) -> None:
    client = login(admin)
    response = client.post(url, fields, follow=True)
    assert response.redirect_chain == [(url, 302)]
    assert "The payment details are saved." in main(response)
    saved = current(org)
    assert (saved.kind, saved.country, saved.actor) == (kind, country, admin)
    assert value(response, f"{kind}_email") == saved.details["email"]
    assert f'<option value="{country}" selected>' in response.content.decode()
    again = client.post(url, fields, follow=True)
    assert "The payment details are saved." in main(again)
    assert versions(org) == [1]


def test_vat_number_of_the_right_form_is_said_to_be_no_more_than_that(
    login: Login, url: str, admin: Membership
) -> None:
    client = login(admin)
    saved = client.post(url, GERMAN, follow=True)
    assert f"The payment details are saved. {FORM_OF_VAT}" in main(saved)
    assert FORM_OF_VAT in main(client.get(url))
    wrong = client.post(url, GERMAN | {"legal_entity_company_name": ""})
    assert FORM_OF_VAT in main(wrong)
    assert not any("valid" in main(page) for page in (saved, wrong))


def test_mistakes_answer_400_with_a_summary_and_keep_everything(
    login: Login, url: str, org: Organization, admin: Membership
) -> None:
    other = {
        "individual_last_name": "Lovelace",
        "legal_entity_inn": "7736",
        "legal_entity_postal_address": "Postfach 1",
    }
    wrong = {"legal_entity_vat_number": "DE1", "legal_entity_company_name": "", "legal_entity_phone": "<b>"}
    response = login(admin).post(url, GERMAN | other | wrong)
    assert response.status_code == 400
    seen = main(response)
    assert "Check 3 fields" in seen
    assert "Company name: Enter the company’s name." in seen
    assert "<title>" in response.content.decode()
    assert "Error:" in response.content.decode().partition("</title>")[0]
    for name, typed in (GERMAN | other | wrong).items():
        if name not in ("kind", "country", "language", "legal_entity_same_address") and "address" not in name:
            assert value(response, name) == typed.replace("<b>", "&lt;b&gt;")
    assert ">\nPostfach 1</textarea>" in response.content.decode()
    assert versions(org) == []


@pytest.mark.parametrize("word", ["a\0b", "9" * 5_000, "x" * 10**5, "١٢٣", "<script>", "\ufffd", "\u0085", "²³"])
def test_strange_words_are_answered_at_their_fields(login: Login, url: str, org: Organization, admin, word) -> None:
    client = login(admin)
    for fields in (GERMAN, RUSSIAN, posted(INDIVIDUAL, "RU", PERSON)):
        chosen = {"kind": fields["kind"], "country": fields["country"]}
        assert client.post(url, dict.fromkeys(fields, word) | chosen).status_code == 400
        assert client.post(url, dict.fromkeys(fields, word)).status_code == 400
    answer = client.post(url, GERMAN | {"legal_entity_contact": word})
    assert answer.status_code == (400 if "\0" in word or len(word) > 200 else 302)
    with company_scope(org.pk):
        assert Payer.objects.filter(org=org).count() == (answer.status_code == 302)


def test_error_stands_at_its_field_and_its_link_leads_there(login: Login, url: str, admin: Membership) -> None:
    html = login(admin).post(url, RUSSIAN | {"legal_entity_bic": "044525225"}).content.decode()
    assert '<a href="#id_legal_entity_account">Settlement account: The account does not fit the BIC.' in html
    assert re.search(r'<input[^>]*name="legal_entity_account"[^>]*aria-invalid="true"', html)
    assert html.count('aria-invalid="true"') == 1


def test_fields_have_tokens_for_the_browser(login: Login, url: str, admin: Membership) -> None:
    html = login(admin).get(url).content.decode()
    for name, token in {
        "country": "country",
        "individual_first_name": "given-name",
        "individual_address": "street-address",
        "legal_entity_company_name": "organization",
        "legal_entity_contact": "name",
        "legal_entity_email": "email",
        "legal_entity_phone": "tel",
    }.items():
        assert re.search(rf'name="{name}"[^>]*autocomplete="{token}"', html), name


# --- where it leads ---------------------------------------------------------------------------------------
def test_it_leads_back_to_where_the_need_came_from(
    login: Login, url: str, org: Organization, admin: Membership
) -> None:
    client, back = login(admin), reverse("access:levels", args=[org.slug])
    html = client.get(f"{url}?next={back}").content.decode()
    assert f'<input type="hidden" name="next" value="{back}">' in html
    assert re.search(rf'href="{back}">\s*Cancel', html)
    assert client.post(url, GERMAN | {"next": back}).url == back


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "/o/southwind-foods/", "\\\\evil", "x"])
def test_it_leads_to_no_other_place(login: Login, url: str, admin: Membership, page: str) -> None:
    client = login(admin)
    assert '<input type="hidden" name="next" value="">' in client.get(url, {"next": page}).content.decode()
    assert client.post(url, GERMAN | {"next": page}).url == url


def test_read_only_company_is_active_again_and_the_page_says_so(
    login: Login, url: str, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    unpaid(org, now)
    client = login(admin)
    assert "Tracker is active again as soon as you save." in section(client.get(url), "payer-next")
    response = client.post(url, posted(INDIVIDUAL, "DE", PERSON), follow=True)
    assert "The payment details are saved. Tracker is active again." in main(response)
    org.refresh_from_db()
    assert org.state == State.ACTIVE


def test_draft_is_saved_after_the_details_are_there(
    login: Login, url: str, org: Organization, owner: Membership, now: dt.datetime
) -> None:
    """The whole way: the sixth seat, the details that come first, back to the draft."""
    people = [add_member(org) for _ in range(6)]
    levels = {("member", person.public_id): Level.FULL for person in people}
    staged_changes.stage(org=org, levels=levels, author=owner, now=now)
    client, review = login(owner), reverse("access:levels", args=[org.slug])
    html = client.get(review).content.decode()
    assert f'href="{url}?next={review.replace("/", "%2F")}"' in html
    assert "Save changes" not in html
    response = client.post(url, GERMAN | {"next": review}, follow=True)
    assert response.redirect_chain == [(review, 302)]
    assert "Save, $19.86 a month" in main(response) or "Save changes" in main(response)


# --- history ----------------------------------------------------------------------------------------------
def test_history_says_who_changed_what_and_when(
    login: Login, url: str, org: Organization, owner: Membership, admin: Membership, now: dt.datetime
) -> None:
    save(owner, now - DAY)
    save(admin, now, kind=PayerKind.INDIVIDUAL, phone="+49 30 1820")
    seen = section(login(admin).get(url), "payer-history")
    days = [f"{instant.astimezone(ZoneInfo(org.time_zone)):%-d %b %Y, %H:%M}" for instant in (now - DAY, now)]
    first = f"{owner.name} entered the details · {days[0]}"
    second = f"{admin.name} changed: Who pays, Phone · {days[1]}"
    assert seen.index(second) < seen.index(first)


def test_history_is_paged_by_twenty(login: Login, url: str, org: Organization, admin: Membership, now) -> None:
    for number in range(21):
        save(admin, now, contact=f"Contact {number}")
    client = login(admin)
    first = client.get(url)
    seen = section(first, "payer-history")
    assert seen.count("changed: Contact person") == 20
    assert "entered" not in seen
    [after] = re.findall(r'rel="next"\s+href="([^"]+)"', first.content.decode())
    assert "entered the details" in section(client.get(url + after), "payer-history")
    assert client.get(f"{url}?after=nonsense").status_code == 400


def test_page_takes_as_many_queries_with_a_long_history(
    login: Login, url: str, admin: Membership, now: dt.datetime
) -> None:
    save(admin, now)
    client = login(admin)
    few = queries_of(client, url)
    for number in range(12):
        save(admin, now, contact=f"Contact {number}")
    assert queries_of(client, url) == few <= 8


# --- who --------------------------------------------------------------------------------------------------
def test_it_is_for_administrators_of_the_company(
    login: Login, url: str, org: Organization, member: Membership, outsider: Membership
) -> None:
    assert [login(who).get(url).status_code for who in (member, outsider)] == [403, 404]
    assert [login(who).post(url, GERMAN).status_code for who in (member, outsider)] == [403, 404]
    assert versions(org) == []
    assert login(outsider).get(reverse("billing:payer", args=["no-such-company"])).status_code == 404


def test_employee_is_told_whom_to_ask_and_sees_no_details(
    login: Login, url: str, owner: Membership, member: Membership, now: dt.datetime
) -> None:
    save(owner, now)
    seen = text(login(member).get(url))
    assert owner.name in seen
    assert not [known for known in DETAILS.values() if known in seen]


# --- the ways there ---------------------------------------------------------------------------------------
def test_gear_detailed_view_and_company_lead_there(
    login: Login, url: str, org: Organization, admin: Membership, member: Membership
) -> None:
    client = login(admin)
    for name in ("billing:detailed", "tracker_portal:company", "issues:issue_list"):
        html = client.get(reverse(name, args=[org.slug])).content.decode()
        assert html.count(f'href="{url}"') == (1 if name == "issues:issue_list" else 2), name
    assert url not in login(member).get(reverse("tracker_portal:company", args=[org.slug])).content.decode()


def test_step_of_the_subscription_leads_there_and_back(
    login: Login, url: str, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    unpaid(org, now)
    settings = reverse("tracker_portal:tracker_settings", args=[org.slug])
    client = login(admin)
    html = client.get(settings).content.decode()
    assert f'href="{url}?next={settings.replace("/", "%2F")}"' in html
    assert client.post(url, GERMAN | {"next": settings}).url == settings
    assert "Payment details management" not in main(client.get(settings))
