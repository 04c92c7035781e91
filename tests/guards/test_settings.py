"""Settings that are unsafe outside development refuse to start, and say why."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.test import Client

from tests.guards.production import SAFE, superusers_database
from tests.guards.project import ROOT

__all__ = ["superusers_database"]


def check(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """`manage.py check` as production would run it, with some variables changed or (None) missing."""
    variables = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    command = [sys.executable, str(ROOT / "manage.py"), "check", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_safe_settings_start() -> None:
    """The control of all the others: each of them changes one variable of these."""
    done = check("--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


UNSAFE = {  # (variable, value that is unsafe; None: missing) and why
    ("ALLOWED_HOSTS", "*"): "ALLOWED_HOSTS accepts any host",
    ("ALLOWED_HOSTS", "portal.example,*"): "ALLOWED_HOSTS accepts any host",
    ("SECRET_KEY", None): "SECRET_KEY is the development one",
    ("SECRET_KEY", settings.DEVELOPMENT_KEY): "SECRET_KEY is the development one",
    ("SECRET_KEY", "short"): "SECRET_KEY is the development one or shorter than 50",
    ("ORIGIN", "http://portal.example"): "ORIGIN is not https",
    ("ORIGIN", None): "ORIGIN is not https",
    ("EMAIL_URL", None): "EMAIL_URL is not set",
    ("EMAIL_URL", ""): "EMAIL_URL is not set",
    ("STRIPE_WEBHOOK_SECRET", ""): "STRIPE_WEBHOOK_SECRET is not set",
}


def rounds() -> list[dict[str, str | None]]:
    """One value of each variable at a time: a start names all that are unsafe."""
    left, found = list(UNSAFE), []
    while left:
        found.append(dict(left[::-1]))
        left = [(name, value) for name, value in left if found[-1][name] != value]
    return found


@pytest.mark.parametrize("changes", rounds(), ids=lambda changes: " ".join(changes))
def test_unsafe_settings_refuse_to_start_and_say_why(changes: dict[str, str | None]) -> None:
    done = check(**changes, **{"STRIPE_SECRET_KEY": "sk_live_1"} if "STRIPE_WEBHOOK_SECRET" in changes else {})
    assert done.returncode == 1
    assert done.stderr.count("tracker.E002") == len(changes)
    for change in changes.items():
        assert UNSAFE[change] in done.stderr
        assert f"Set {change[0]}." in done.stderr
    assert "short" not in done.stderr.replace("shorter", "")  # a secret is not repeated


@pytest.mark.parametrize("first", [0, *(pytest.param(n, marks=pytest.mark.soak) for n in (1, 2, 3))])
def test_every_word_about_the_seller_has_to_be_set(first: int) -> None:
    """All that are missing are named at once: one is not there, the next empty, blank, of the development."""
    development = {f"SELLER_{name.upper()}": word for name, word in settings.DEVELOPMENT_SELLER.items()}
    assert development.keys() == {name for name in SAFE if name.startswith("SELLER_")}
    left = {
        name: [None, "", " ", word][(first + number) % 4] for number, (name, word) in enumerate(development.items())
    }
    done = check(**left)
    assert done.returncode == 1
    for name in left:
        assert f"{name} is not set: documents would name a seller who does not exist." in done.stderr
        assert f"Set {name}." in done.stderr


def test_one_word_of_the_development_seller_is_enough_to_refuse() -> None:
    done = check(SELLER_ACCOUNT=settings.DEVELOPMENT_SELLER["account"])
    assert done.returncode == 1
    assert "Set SELLER_ACCOUNT." in done.stderr
    assert "SELLER_NAME" not in done.stderr


def test_development_is_what_debug_says_and_nothing_else() -> None:
    assert (
        check(
            DEBUG="true", SECRET_KEY=None, EMAIL_URL=None, SELLER_NAME=None, ORIGIN=None, ALLOWED_HOSTS=None
        ).returncode
        == 0
    )
    assert check(DEBUG=None, SECRET_KEY=None).returncode == 1


def test_login_role_that_bypasses_row_security_refuses_to_start(superusers_database: str) -> None:
    done = check("--database", "default", DATABASE_URL=superusers_database)
    assert done.returncode == 1
    assert "tracker.E003" in done.stderr
    assert "the wall between companies would not hold" in done.stderr


@pytest.fixture(scope="module")
def owners_database(superusers_database: str) -> str:
    """A login that is nobody special, but owns a table."""
    with closing(psycopg2.connect(superusers_database)) as database:
        database.autocommit = True
        cursor = database.cursor()
        cursor.execute("CREATE ROLE careless LOGIN PASSWORD 'careless'; CREATE TABLE mine (id int)")
        cursor.execute("ALTER TABLE mine OWNER TO careless")
    address = urlsplit(superusers_database)
    return address._replace(netloc=f"careless:careless@{address.hostname}:{address.port}").geturl()


def test_login_role_that_owns_a_table_refuses_to_start(owners_database: str) -> None:
    done = check("--database", "default", DATABASE_URL=owners_database)
    assert done.returncode == 1
    assert "tracker.E004" in done.stderr
    assert "tracker.E003" not in done.stderr


def test_control_the_usual_login_role_starts() -> None:
    assert check("--database", "default").returncode == 0


def test_migrate_refuses_such_a_role_too(superusers_database: str) -> None:
    """What a deployment runs before anything else; it asks of the login of web and worker, not of the owner's."""
    variables = {**SAFE, "DATABASE_URL": superusers_database, "MIGRATION_DATABASE_URL": superusers_database}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "tracker.E003" in done.stderr


@pytest.mark.parametrize(
    ("address", "reason"),
    [(None, "MIGRATION_DATABASE_URL is not set"), ("postgres://u@127.0.0.1/other", "names another database")],
)
def test_migrate_needs_the_owners_address(address: str | None, reason: str) -> None:
    variables = {**SAFE, "MIGRATION_DATABASE_URL": address or ""}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert reason in done.stderr


# --- what every answer carries ----------------------------------------------------------------------------
def test_every_page_forbids_inline_script_and_framing(db: None) -> None:
    for path in ("/healthz", "/login/", "/no-such-page/"):
        answer = Client().get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "camera=(), " in answer["Permissions-Policy"]
        assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]  # passkeys


def test_wall_is_the_last_middleware() -> None:
    assert settings.MIDDLEWARE[-1] == "access.wall.middleware.Wall"
    assert not settings.DATABASES["default"]["ATOMIC_REQUESTS"]
