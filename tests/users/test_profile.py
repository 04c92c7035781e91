"""`Profile`: what a person says about themselves, and what the pages make of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.tracker_portal.pages import main, text
from tests.users import codes
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
URL = "/me/"
ADA = {"first_name": "Ada", "last_name": "Lovelace", "time_zone": "Asia/Tokyo"}


def test_person_changes_name_and_time_zone(stranger: User, login: Login) -> None:
    done = login(stranger).post(URL, ADA, follow=True)
    assert "Saved." in text(done)
    stranger.refresh_from_db()
    assert (stranger.full_name, stranger.time_zone) == ("Ada Lovelace", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_name": ""}, "Enter your name."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"time_zone": "../../etc/passwd"}, "Choose a time zone from the list."),
        ({"first_name": "a" * 61}, "Use 60 at most."),
    ],
)
def test_wrong_input_is_explained_at_the_field_and_the_rest_is_kept(
    stranger: User, login: Login, wrong: dict[str, str], sentence: str
) -> None:
    response = login(stranger).post(URL, ADA | wrong)
    assert response.status_code == 400
    assert sentence in main(response)
    assert text(response).startswith("Error:")
    assert 'value="Lovelace"' in response.content.decode()
    stranger.refresh_from_db()
    assert stranger.last_name != "Lovelace"


def test_form_changes_nothing_else(stranger: User, login: Login) -> None:
    login(stranger).post(URL, ADA | {"email": "evil@example.com", "is_staff": "on", "is_active": ""})
    after = User.objects.get(pk=stranger.pk)
    assert (after.email, after.is_staff, after.is_active) == (stranger.email, False, True)


def test_times_are_shown_in_the_persons_zone_here_and_in_a_company(org: Organization, owner: Membership) -> None:
    User.objects.filter(pk=owner.user_id).update(time_zone="Asia/Tokyo")
    client = Client()
    codes.enter_password(client, owner.user)
    assert "Asia/Tokyo" in client.get("/me/sessions/").content.decode()
    assert "Asia/Tokyo" in client.get(reverse("tracker_portal:tracker_settings", args=[org.slug])).content.decode()


def test_one_persons_zone_is_not_the_next_ones(stranger: User, login: Login) -> None:
    User.objects.filter(pk=stranger.pk).update(time_zone="Asia/Tokyo")
    login(stranger).get("/me/sessions/")
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("url", ["/me/", "/me/email/", "/me/password/", "/me/security/", "/me/sessions/"])
def test_every_page_of_my_settings_leads_to_the_others_and_marks_itself(stranger: User, login: Login, url: str) -> None:
    html = login(stranger).get(url).content.decode()
    side = html[html.index('<nav class="side__nav"') : html.index("</aside>")]
    for name in ("Profile", "Email", "Password", "Security", "Sessions"):
        assert f"{name}</a>" in side
    assert f'<a href="{url}" aria-current="page">' in side
    assert side.count("aria-current") == 1


@pytest.mark.parametrize("url", ["/me/", "/me/security/", "/me/sessions/", "/me/security/passkeys/"])
def test_nobody_has_no_settings(client: Client, db: None, url: str) -> None:
    assert client.get(url).url == f"/login/?next={url}"
