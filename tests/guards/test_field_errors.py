"""Every field's error says what is wrong with this field: none of what Django and allauth say of any field."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django import forms
from django.conf import settings
from django.core import validators
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string

from tests.guards.project import assert_known
from users.input.field_errors import NamedErrors, name_errors

OURS = re.compile(r"^(users|orgs|billing|access|issues|tracker_portal)\.(?!.*admin)")
GENERIC = re.compile(
    r"This field is required|Incorrect|Ensure this|Enter a valid|Select a valid|Enter a whole number\.|Enter a list"
    r"|Null characters|No file was submitted|submitted file|not one of the available|specified are not correct"
)
WITHOUT = {
    "tracker_portal.accounts.passkey_forms.AuthenticateForm": "its one field is hidden: a browser fills it in",
    "tracker_portal.accounts.passkey_forms.LoginForm": "its one field is hidden: a browser fills it in",
    "tracker_portal.accounts.passkey_forms.ReauthenticateForm": "its one field is hidden: a browser fills it in",
}


def below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def name_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__name__}"


def our_forms() -> set[type[forms.BaseForm]]:
    """Ours, and those of allauth that the settings put in the place of its own."""
    assert get_resolver().url_patterns  # everything is imported
    named = {import_string(path) for path in (*settings.ACCOUNT_FORMS.values(), *settings.MFA_FORMS.values())}
    return named | {kind for kind in below(forms.BaseForm) if OURS.match(kind.__module__)}


def messages(field: forms.Field) -> Iterator[str]:
    """All that can be said of it."""
    for code, said in field.error_messages.items():
        if code != "required" or field.required:
            yield str(said)
    for validator in field.validators:
        if getattr(validator, "code", "") not in field.error_messages:
            yield str(getattr(validator, "message", ""))


def generic(kind: type[forms.BaseForm], *, is_named: bool = True) -> set[str]:
    """What its fields say that is said of any, once they are named."""
    found = set()
    for name, field in copy.deepcopy(kind.base_fields).items():
        if isinstance(field.widget, forms.HiddenInput):
            continue
        if is_named:
            name_errors(field, field.label or name)
        found |= {f"{name}: {said}" for said in messages(field) if GENERIC.search(said)}
    return found


def test_forms_were_found() -> None:
    assert len(our_forms()) > 60


def test_every_form_names_its_fields_in_errors() -> None:
    bare = {name_of(kind) for kind in our_forms() if not issubclass(kind, NamedErrors)}
    assert_known(bare, WITHOUT, what="forms whose fields say what Django says of any field")


def test_no_field_says_what_is_said_of_any() -> None:
    assert {name_of(kind): said for kind in our_forms() if (said := generic(kind))} == {}


def test_allauth_says_nothing_generic_either() -> None:
    used = {"incorrect_code", "incorrect_password", "enter_current_password", "email_password_mismatch"}
    for adapter in (get_adapter(), get_mfa_adapter()):
        said = {code: str(text) for code, text in adapter.error_messages.items() if code in used}
        assert not {code: text for code, text in said.items() if GENERIC.search(text)}


def test_control_what_django_says_is_noticed() -> None:
    class Bare(forms.Form):
        name = forms.CharField(max_length=3)

    assert generic(Bare, is_named=False) == {"name: This field is required.", "name: Null characters are not allowed."}
    assert generic(Bare) == set()
    assert GENERIC.search(str(validators.MaxLengthValidator(3).message % {"limit_value": 3, "show_value": 4}))


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "said"), [("/login/", "“Password” is empty."), ("/start/", "“Work email” is empty.")])
def test_pages_of_a_visitor_name_the_field(client: Client, path: str, said: str) -> None:
    html = client.post(path, {}).content.decode()
    assert said in html
    assert not GENERIC.search(html)
