"""A form acts once: sent twice, at the same time or later, it leads to what it did the first time."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client

from orgs.companies import companies
from orgs.forms import idempotent_forms
from orgs.forms.models import SentForm
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, TrialRequest
from tests.locks import waiting
from tests.orgs.mail.processes import wait_until
from users.accounts.models import User

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)
CREATE = "/companies/new/"
ACME = {"company_name": "Acme", "country": "DE"}
PERSON = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com", "password1": "a-long-enough-password"}


def shown(client: Client, path: str = CREATE) -> dict[str, str]:
    """The form as it is shown, filled in."""
    page = client.get(path).content.decode()
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    return ACME | {"token": token}


def post_at_once(user: User, forms: list[dict[str, str]], path: str = CREATE) -> list[HttpResponse]:
    """The answers to POSTs that are all under way before the first can end: it waits for the person's row."""

    def post(client: Client, form: dict[str, str]) -> Any:
        try:
            return client.post(path, form)
        finally:
            connections.close_all()

    clients = [Client() for _ in forms]
    for client in clients:
        client.force_login(user)
    futures: list[Future[Any]] = []
    with ThreadPoolExecutor(len(forms)) as pool, ExitStack() as held:
        held.enter_context(transaction.atomic())
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        futures += [pool.submit(post, *sent) for sent in zip(clients, forms, strict=True)]
        wait_until(lambda: waiting() == len(forms))
        held.close()
        return [future.result() for future in futures]


@commits
@pytest.mark.parametrize("path", [CREATE, f"{CREATE}?trial=1"])
def test_form_sent_twice_at_once_founds_one_company(stranger: User, login: Callable[..., Client], path: str) -> None:
    form = shown(login(stranger), path)
    answers = post_at_once(stranger, [form, form], path)
    org = Organization.objects.get()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, f"/o/{org.slug}/")] * 2


@commits
def test_two_forms_found_two_companies(stranger: User, login: Callable[..., Client]) -> None:
    """Control: it is the token that makes them one."""
    client = login(stranger)
    answers = post_at_once(stranger, [shown(client), shown(client)])
    assert len({answer.url for answer in answers}) == Organization.objects.count() == 2


def test_form_sent_again_later_leads_to_the_same_company(stranger: User, login: Callable[..., Client]) -> None:
    client = login(stranger)
    form = shown(client)
    first, second = client.post(CREATE, form), client.post(CREATE, form)
    assert first.url == second.url == f"/o/{Organization.objects.get().slug}/"


def test_form_taken_back_and_filled_in_anew_is_another(stranger: User, login: Callable[..., Client]) -> None:
    client = login(stranger)
    form = shown(client)
    client.post(CREATE, form)
    client.post(CREATE, form | {"company_name": "Beta"})
    assert {org.name for org in Organization.objects.all()} == {"Acme", "Beta"}


def test_refused_form_keeps_its_token_and_may_be_sent_again(
    stranger: User, login: Callable[..., Client], now: dt.datetime
) -> None:
    for number in range(20):
        companies.create(owner=stranger, name=f"Company {number}", country="DE", time_zone="UTC", now=now)
    client = login(stranger)
    form = shown(client)
    refused = client.post(CREATE, form)
    assert refused.status_code == 400
    assert form["token"] in refused.content.decode()
    assert not SentForm.objects.exists()
    Membership.objects.filter(org=Organization.objects.first()).update(ended_at=now)
    assert client.post(CREATE, form).status_code == 302


def test_token_of_somebody_else_names_nothing(stranger: User, owner: Membership, login: Callable[..., Client]) -> None:
    form = shown(login(stranger))
    answers = {login(person).post(CREATE, form).url for person in (stranger, owner.user)}
    assert len(answers) == 2


@pytest.mark.parametrize("token", ["", "zzz", "\0", "1" * 500])
def test_form_without_a_usable_token_is_no_error_page(token: str, stranger: User, login: Callable[..., Client]) -> None:
    answer = login(stranger).post(CREATE, ACME | {"token": token})
    assert answer.status_code == (400 if token else 302)


def test_verb_that_raises_leaves_nothing(stranger: User, now: dt.datetime) -> None:
    def refuse() -> str:
        raise Refused("No.")

    token = uuid.uuid4()
    with pytest.raises(Refused):
        idempotent_forms.act(user=stranger, token=token, now=now, verb=refuse)
    assert idempotent_forms.act(user=stranger, token=token, now=now, verb=lambda: "/a/") == "/a/"
    assert idempotent_forms.act(user=stranger, token=token, now=now, verb=refuse) == "/a/"


def test_sent_forms_are_forgotten_after_thirty_days(stranger: User, now: dt.datetime) -> None:
    for age in (idempotent_forms.KEPT, idempotent_forms.KEPT + dt.timedelta(seconds=1)):
        idempotent_forms.act(user=stranger, token=uuid.uuid4(), now=now - age, verb=lambda: "/a/")
    assert idempotent_forms.forget(now) == 1
    assert [sent.created_at for sent in SentForm.objects.all()] == [now - idempotent_forms.KEPT]


@commits
def test_sign_up_sent_twice_at_once_makes_one_person_and_one_request() -> None:
    """Both have seen that the address is free before either takes it."""

    def sign_up(client: Client) -> Any:
        try:
            return client.post("/start/", ACME | PERSON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool, ExitStack() as held:
        held.enter_context(transaction.atomic())
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE users_user IN SHARE MODE")
        futures = [pool.submit(sign_up, Client()) for _ in range(2)]
        wait_until(lambda: waiting() == 2)
        held.close()
        answers = [future.result() for future in futures]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/confirm/")] * 2
    assert User.objects.count() == TrialRequest.objects.count() == 1


def test_sign_up_sent_again_later_makes_no_second_person() -> None:
    client = Client()
    answers = [client.post("/start/", ACME | PERSON | {"email": "ida.again@example.com"}) for _ in range(2)]
    assert [(answer.status_code) for answer in answers] == [302, 302]
    assert User.objects.count() == TrialRequest.objects.count() == 1
