"""Statements whose SQL is made once answer as the queryset does, whatever is given."""

from __future__ import annotations

import pytest
from django.db import models

from tests.factories import UserFactory
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User
from users.database.statements import Columns, Given, Statement

pytestmark = pytest.mark.django_db
USER = Columns(User)
BY_NAME = Statement(
    lambda: (
        User.objects.filter(first_name=Given("name", models.CharField()), is_active=True)
        .order_by("pk")
        .values_list(*USER.names)
    )
)
HOSTILE = ["Anna", "'; DROP TABLE users_user; --", "%s", "100 %", "\\", "Ünal", "名"]


@pytest.mark.parametrize("name", HOSTILE)
def test_it_answers_as_the_queryset(name: str) -> None:
    people = [UserFactory(first_name=name) for _ in range(2)]
    UserFactory(first_name=name, is_active=False)
    UserFactory(first_name="Somebody")
    found = [USER.take(iter(row)) for row in BY_NAME.rows(name=name)]
    assert found == people
    assert [vars(user) | {"_state": 0} for user in found] == [
        vars(user) | {"_state": 0} for user in User.objects.filter(first_name=name, is_active=True).order_by("pk")
    ]


def test_an_instance_is_one_that_was_read() -> None:
    user = UserFactory(first_name="Anna")
    found = USER.take(iter(BY_NAME.first(name="Anna") or ()))
    assert not found._state.adding
    found.last_name = "Petrova"
    found.save()
    user.refresh_from_db()
    assert user.last_name == "Petrova"


def test_nothing_is_none() -> None:
    assert BY_NAME.rows(name="nobody") == []
    assert BY_NAME.first(name="nobody") is None


def test_its_sql_is_made_once() -> None:
    asked = []
    statement = Statement(
        lambda: asked.append(1) or User.objects.filter(pk=Given("pk", models.IntegerField())).values_list("pk")
    )
    user = UserFactory()
    with counted_queries() as queries:
        assert [statement.first(pk=user.pk), statement.first(pk=0)] == [(user.pk,), None]
    assert (len(asked), len(queries)) == (1, 2)
    assert "%s" not in queries[0]


def test_a_value_that_is_not_given_is_noticed() -> None:
    with pytest.raises(KeyError):
        BY_NAME.rows()


def test_what_is_left_out_stays_deferred() -> None:
    user = UserFactory(first_name="Anna", last_name="Petrova")
    columns = Columns(User, without=frozenset({"last_name"}))
    found = columns.take(iter(User.objects.values_list(*columns.names).get(pk=user.pk)))
    assert found.get_deferred_fields() == {"last_name"}
    assert found.last_name == "Petrova"


def test_person_is_found_by_key_as_by_the_queryset() -> None:
    user = UserFactory()
    assert User.objects.get(pk=user.pk) == User.objects.get(pk=str(user.pk)) == User.objects.all().get(pk=user.pk)
    for missing in (0, None):
        with pytest.raises(User.DoesNotExist):
            User.objects.get(pk=missing)
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=user.pk, is_staff=True)
