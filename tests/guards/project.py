"""What the guards walk: the project's sources, templates and models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from orgs.mail.models import Mail
from orgs.tenancy.models import TenantModel

ROOT = Path(settings.BASE_DIR)
APPS = ("tracker_portal", "api", "issues", "access", "billing", "orgs", "users")
TEMPLATES = ROOT / "templates"


@cache
def sources() -> dict[str, str]:
    """Path from the root → text of every Python file of the product; migrations are another matter."""
    files = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
    return {str(path.relative_to(ROOT)): path.read_text() for path in files}


@cache
def trees() -> dict[str, ast.Module]:
    return {path: ast.parse(text) for path, text in sources().items()}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def templates() -> dict[str, str]:
    """Name → text of every template, mail texts included."""
    files = [path for path in sorted(TEMPLATES.rglob("*")) if path.suffix in {".html", ".txt"}]
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in files}


def own_models() -> list[type[Model]]:
    """Models of the product's apps, tables of many-to-many fields among them."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.split(".")[0] in APPS]


def tenant_models() -> list[type[Model]]:
    """Tables whose rows belong to one company."""
    return [model for model in own_models() if issubclass(model, TenantModel)]


def secured_models() -> list[type[Model]]:
    """Tables under row security: the tenants', and the outbox, whose mails may belong to no company."""
    return [*tenant_models(), Mail]


def tables_of(models: list[type[Model]]) -> list[str]:
    return [model._meta.db_table for model in models]


def assert_known(found: set[str], allowed: dict[str, str], *, what: str) -> None:
    """Everything found is on the list with its reason, and the list names nothing that is not there (any more)."""
    unknown, stale = sorted(found - allowed.keys()), sorted(allowed.keys() - found)
    assert not unknown, f"{what}:\n" + "\n".join(unknown)
    assert not stale, "no longer true, take it off the list:\n" + "\n".join(stale)
    assert all(allowed.values()), "every entry of the list gives its reason"
