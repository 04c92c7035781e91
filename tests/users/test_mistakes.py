"""Pages that allauth answers say a mistake as ours do: with 400, at the field, and nothing else happens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from users.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "fields", "field"),
    [
        ("account_login", {"login": "somebody@northwind.example", "password": "wrong-12-characters"}, ""),
        ("account_login", {"login": "somebody@northwind.example"}, "password"),
        ("account_reset_password", {"email": "no address"}, "email"),
    ],
)
def test_form_with_a_mistake_answers_400(client: Client, page: str, fields: dict[str, str], field: str) -> None:
    answer = client.post(reverse(page), fields)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert form.errors[field] if field else form.non_field_errors()
    assert next(iter(fields.values())) in answer.content.decode()


def test_a_password_that_is_not_changed_answers_400(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    fields = {"oldpassword": "wrong", "password1": "long-enough-12345", "password2": "long-enough-12345"}
    assert client.post(reverse("account_change_password"), fields).status_code == 400
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)


def test_control_forms_without_mistakes_answer_as_ever(client: Client, stranger: User) -> None:
    assert client.get(reverse("account_login")).status_code == 200
    assert client.post(reverse("account_login"), {"login": stranger.email, "password": PASSWORD}).status_code == 302
