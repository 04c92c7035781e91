"""Outsiders cannot tell a known address from an unknown one by how long the answer takes."""

from __future__ import annotations

import hashlib
import statistics
import time
from dataclasses import dataclass, field
from random import Random

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.test import Client

from access.accounts.csv_import import digest
from tests.access.joining.doors import COMPANY, DOORS, KNOWN, PERSON, UNKNOWN, Door, forget, log_in, start_trial
from tests.factories import UserFactory
from users.accounts import signup_forms
from users.accounts.models import User

pytestmark = pytest.mark.django_db

LITTLE = 50_000  # rounds of a digest, a twentieth of a password's


@dataclass
class Times:
    """Seconds that the first answer took, for a known and an unknown address in an order that dice gave."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, door: Door, number: int) -> Times:
        times, dice = cls(), Random(number)
        for _ in range(number):
            for email in dice.sample([KNOWN, UNKNOWN], 2):
                (times.known if email == KNOWN else times.unknown).append(once(door, email))
        return times

    @property
    def noise(self) -> float:
        """How far apart the quarters of the same kind are: what one who measures has to see through."""
        spreads = [statistics.quantiles(kind, n=4) for kind in (self.known, self.unknown)]
        return max(upper - lower for lower, _, upper in spreads)

    @property
    def difference(self) -> float:
        return abs(statistics.median(self.known) - statistics.median(self.unknown))

    @property
    def tells_apart(self) -> bool:
        """Of two hundred equal answers the medians are hardly ever a third of the noise apart (3.6 standard errors)."""
        return self.difference >= self.noise / 3

    def __str__(self) -> str:
        known, unknown = (statistics.median(kind) * 1000 for kind in (self.known, self.unknown))
        return f"known {known:.1f} ms, unknown {unknown:.1f} ms, quarters {self.noise * 1000:.1f} ms apart"


def once(door: Door, email: str) -> float:
    cache.clear()
    client = Client()
    with transaction.atomic():
        began = time.perf_counter()
        door(client, email)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


@pytest.fixture
def slow_passwords(settings: object) -> None:
    """As in production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def even_answers(settings: object) -> None:
    """As in production."""
    settings.EVEN_ANSWERS = True


def compare(door: Door, name: str) -> Times:
    once(door, UNKNOWN)  # templates are compiled
    times = Times.of(door, 200)
    print(f"{name}: {times}")
    return times


@pytest.mark.soak
@pytest.mark.usefixtures("slow_passwords", "even_answers")
@DOORS
def test_known_and_unknown_addresses_take_the_same_time(door: Door, request: pytest.FixtureRequest) -> None:
    UserFactory(email=KNOWN)
    assert not compare(door, request.node.callspec.id).tells_apart


def give_one_time_password(user: User) -> None:
    User.objects.filter(pk=user.pk).update(password=digest("one-time-password"))


@pytest.mark.soak
@pytest.mark.usefixtures("slow_passwords", "even_answers")
def test_one_time_passwords_take_the_same_time_though_their_digest_is_quick() -> None:
    give_one_time_password(UserFactory(email=KNOWN))
    assert not compare(log_in, "one-time password").tells_apart


@pytest.mark.soak
@pytest.mark.parametrize("waits", [True, False], ids=["waits", "control"])
def test_work_that_differs_is_hidden_by_the_waiting_alone(
    waits: bool, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known address is given more to do on its way through the portal."""
    settings.EVEN_ANSWERS = waits

    def work(_self: CommonMiddleware, request: HttpRequest) -> None:
        if request.POST.get("email") == KNOWN:
            hashlib.pbkdf2_hmac("sha256", b"password", b"salt", LITTLE)

    monkeypatch.setattr(CommonMiddleware, "process_request", work)
    UserFactory(email=KNOWN)
    assert compare(forget, f"reset with more work, waits: {waits}").tells_apart is not waits


@pytest.mark.soak
@pytest.mark.usefixtures("slow_passwords", "even_answers")
@DOORS
def test_control_an_answer_that_is_a_little_slower_is_noticed(door: Door, request: pytest.FixtureRequest) -> None:
    def slower(client: Client, email: str) -> list[HttpResponse]:
        answers = door(client, email)
        if email == KNOWN:
            hashlib.pbkdf2_hmac("sha256", b"password", b"salt", LITTLE)
        return answers

    UserFactory(email=KNOWN)
    assert compare(slower, f"{request.node.callspec.id}, slower").tells_apart


@pytest.mark.soak
@pytest.mark.usefixtures("slow_passwords")
@pytest.mark.parametrize(
    ("owner", "name", "door"),
    [
        (AuthenticationBackend, "_mitigate_timing_attack", log_in),
        (signup_forms, "make_password", start_trial),
        (PBKDF2PasswordHasher, "harden_runtime", log_in),
    ],
    ids=["login", "sign-up", "one-time password"],
)
def test_control_a_digest_that_is_left_out_is_noticed(
    owner: object, name: str, door: Door, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(email=KNOWN)
    if name == "harden_runtime":
        give_one_time_password(user)
    monkeypatch.setattr(owner, name, lambda *_: None)
    assert compare(door, f"{request.node.callspec.id}, a digest left out").tells_apart


@pytest.mark.usefixtures("slow_passwords")
@pytest.mark.parametrize("is_even", [True, False], ids=["even", "control"])
def test_sign_up_of_a_known_address_computes_a_digest_too(is_even: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: a busy machine says nothing about ten requests."""
    digests: list[str] = []
    encode = PBKDF2PasswordHasher.encode
    counted = lambda self, password, salt, *_: digests.append(password) or encode(self, password, salt, 1)  # noqa: E731
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    if not is_even:
        monkeypatch.setattr(signup_forms, "make_password", lambda password: "")
    UserFactory(email=KNOWN)
    digests.clear()
    numbers = []
    for email in (KNOWN, UNKNOWN):
        Client().post("/start/", {**COMPANY, **PERSON, "email": email})
        numbers.append(len(digests))
        digests.clear()
    assert numbers == [1 if is_even else 0, 1]
