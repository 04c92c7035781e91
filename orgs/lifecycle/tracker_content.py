"""What belongs to a company's Tracker, found through the models: every tenant table of the app `issues`."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as _

from orgs.tenancy.models import TenantModel

APP = "issues"
COUNTED = ("issue", "comment", "queue")  # what an administrator is told the number of


def purge_list() -> list[type[TenantModel]]:
    """The tenant models of the app, each after those that refer to it. Raises RuntimeError for a circle."""
    models = apps.get_app_config(APP).get_models(include_auto_created=True)
    waiting = [model for model in models if issubclass(model, TenantModel)]
    ordered: list[type[TenantModel]] = []
    while waiting:
        free = [model for model in waiting if not any(model in targets(other) for other in waiting if other != model)]
        if not free:
            raise RuntimeError(f"references in a circle: {waiting}")
        ordered += free
        waiting = [model for model in waiting if model not in free]
    return ordered


def targets(model: type[TenantModel]) -> set[object]:
    """The models that a model refers to."""
    return {field.related_model for field in model._meta.get_fields() if field.many_to_one and field.concrete}


def counts(org_id: int) -> dict[str, int]:
    """How many issues, comments and queues a company has now. The caller is inside the company's scope."""
    models = {name: apps.get_model(APP, name) for name in COUNTED}
    return {name: model._default_manager.filter(org=org_id).count() for name, model in models.items()}


def deleted_counts(counts: dict[str, int]) -> dict[str, int]:
    """The same three of a certificate's counts, and all its other rows together as `other`."""
    shown = {name: counts.get(f"{APP}.{name}", 0) for name in COUNTED}
    return shown | {"other": sum(counts.values()) - sum(shown.values())}


def named_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """(name, number) of those three, for pages."""
    return [(_("Issues"), counts["issue"]), (_("Comments"), counts["comment"]), (_("Queues"), counts["queue"])]
