"""Commands that move money or delete print their plan and ask (product.md §5)."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.ledger.charge_models import Charge
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import platform_scope
from tests.billing.companies import found
from tests.factories import UserFactory, make_company
from tests.orgs.lifecycle.companies import due_company, events
from tracker_portal.management.commands import demo as demo_command

pytestmark = pytest.mark.django_db

ASKED = "Type yes to do this: "


class Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def run(*args: str) -> str:
    output = io.StringIO()
    call_command(*args, stdout=output)
    return output.getvalue()


def charged() -> int:
    with platform_scope():
        return Charge.objects.count()


def last_month() -> str:
    now = database_now()
    return f"{now.year - (now.month == 1)}-{(now.month + 10) % 12 + 1:02}"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda text: monkeypatch.setattr(sys, "stdin", Terminal(text))


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))  # a pipe is no terminal


@pytest.mark.usefixtures("nobody")
def test_without_a_terminal_the_plan_is_printed_and_nothing_done() -> None:
    org, output = due_company(), io.StringIO()
    with pytest.raises(CommandError, match="--yes") as refused:
        call_command("lifecycle", stdout=output)
    assert refused.value.returncode == 2
    assert "would be claimed" in output.getvalue()
    org.refresh_from_db()
    assert org.state == State.READ_ONLY
    run("lifecycle", "--yes")  # the control
    org.refresh_from_db()
    assert org.state == State.DELETED


@pytest.mark.parametrize("answer", ["\n", "no\n", "y\n"])
def test_anything_but_yes_does_nothing(answer: str, typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    org = due_company()
    typed(answer)
    with pytest.raises(CommandError, match="Nothing was done") as refused:
        run("lifecycle")
    assert refused.value.returncode == 1
    assert ASKED in capsys.readouterr().out
    org.refresh_from_db()
    assert org.state == State.READ_ONLY


def test_yes_at_a_terminal_does_it_after_the_plan(typed: Any) -> None:
    org = due_company()
    typed("yes\n")
    said = run("lifecycle")
    assert said.index("would be claimed") < said.index("data deleted")
    org.refresh_from_db()
    assert org.state == State.DELETED


@pytest.mark.usefixtures("nobody")
def test_nothing_to_do_and_a_dry_run_are_not_asked_about() -> None:
    assert run("lifecycle") == "Nothing is due.\n"
    org = due_company()
    before = events(org)
    assert "would be claimed" in run("lifecycle", "--dry-run")
    assert events(org) == before


@pytest.mark.usefixtures("nobody")
def test_charge_asks_too() -> None:
    org, month = found(), last_month()
    with pytest.raises(CommandError) as refused:
        run("charge", "--month", month)
    assert (refused.value.returncode, charged()) == (2, 0)
    assert run("charge", "--month", month, "--dry-run").startswith(org.slug)
    assert charged() == 0
    run("charge", "--month", month, "--yes")
    assert charged() == 1
    assert run("charge", "--month", month) == ""


@pytest.mark.usefixtures("nobody")
def test_demo_asks_before_it_replaces_and_before_time_passes() -> None:
    org, output = make_company(), io.StringIO()
    started = org.activated_at
    with pytest.raises(CommandError) as refused:
        call_command("demo", stdout=output)
    assert refused.value.returncode == 2
    assert "is replaced by the demo data: 1 companies, 1 accounts" in output.getvalue()
    with pytest.raises(CommandError) as refused:
        run("demo", "--shift", "31d", org.slug)
    assert refused.value.returncode == 2
    org.refresh_from_db()
    assert org.activated_at == started
    assert "Demo data is loaded" not in run("demo", "--if-empty")


def test_demo_asks_nothing_in_an_empty_database() -> None:
    assert demo_command.replaced() == []
    UserFactory()
    assert len(demo_command.replaced()) == 1, "an account is something to lose"
    assert not Organization.objects.exists()
