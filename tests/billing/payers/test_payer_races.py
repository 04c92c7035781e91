"""Two administrators save payment details at once: two versions, each compared with the one before it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from billing.payers import payers
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.billing.payers.payer_details import events, save, versions
from tests.concurrency import Meeting, at_once, is_locked

__all__ = ["is_locked"]
pytestmark = pytest.mark.django_db(transaction=True)

SHORT, LONG = 0.5, 20  # seconds: who holds the lock does not wait long for who cannot come


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch, *, is_locked: bool) -> None:
    """Both have looked at what is saved before either of them saves, if the lock lets them."""
    look = Meeting(2, SHORT if is_locked else LONG).after(payers.current)
    monkeypatch.setattr(payers, "current", look)


@pytest.mark.usefixtures("meet")
def test_two_others_make_two_versions(
    org: Organization, owner: Membership, admin: Membership, now: dt.datetime, *, is_locked: bool
) -> None:
    acts = [lambda: save(owner, now, phone="+49 30 1820"), lambda: save(admin, now, contact="Ada Lovelace")]
    if not is_locked:
        with pytest.raises(IntegrityError):
            at_once(acts)
        return
    assert at_once(acts) == ["done", "done"]
    assert versions(org) == [1, 2]
    first, second = events(org)
    assert (first["version"], second["version"]) == (1, 2)
    assert set(second["changed"]) == {"phone", "contact"}


@pytest.mark.usefixtures("meet")
def test_two_tabs_with_the_same_details_make_one_version(
    org: Organization, owner: Membership, now: dt.datetime, *, is_locked: bool
) -> None:
    acts = [lambda: save(owner, now)] * 2
    if not is_locked:
        with pytest.raises(IntegrityError):
            at_once(acts)
        return
    assert at_once(acts) == ["done", "done"]
    assert versions(org) == [1]
