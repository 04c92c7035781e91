"""The house of docs/design.md: packages are nouns, a file's last word says its kind, and rules know no pages."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

import grimp
import pytest

from tests.guards.project import ROOT, trees

APPS = ("tracker_portal", "issues", "access", "billing", "orgs", "users")
SHOWS = {
    "page",
    "forms",
    "views",
    "urls",
    "tasks",
    "admin",
    "middleware",
}  # the last words of what only the edge may use
AT_THE_ROOT = {
    "users": {"permissions"},  # the marks, which every page needs
    "tracker_portal": {"settings", "celery", "wsgi", "checks", "health", "startup"},  # the composition root
}
ROOTS = {"apps", "models", "urls", "tasks", "migrations", "management", "templatetags"}
MOST = 14  # files of a package


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*APPS, cache_dir=None, exclude_type_checking_imports=True)


def shows(module: str) -> bool:
    """Whether a module is of those that only pages, tasks and the root may import."""
    return (
        module.rsplit(".", maxsplit=1)[-1].rsplit("_", maxsplit=1)[-1] in SHOWS
        and module.split(".", maxsplit=1)[0] in APPS
    )


def knows_pages(module: str) -> bool:
    """What may import a page: another one, the root of an app, the composition root."""
    parts = module.split(".")
    return shows(module) or parts[0] == "tracker_portal" or "templatetags" in parts or "management" in parts


def pages_known(graph: grimp.ImportGraph) -> list[str]:
    """Rules that import a page, with what they import."""
    return [
        f"{module} imports {known}"
        for module in sorted(graph.modules)
        if not knows_pages(module)
        for known in sorted(graph.find_modules_directly_imported_by(module))
        if shows(known)
    ]


def test_rules_know_no_pages(graph: grimp.ImportGraph) -> None:
    assert pages_known(graph) == []


def test_control_a_rule_that_knows_a_page_is_found(graph: grimp.ImportGraph) -> None:
    graph.add_import(importer="orgs.lifecycle.rules", imported="orgs.companies.views")
    try:
        assert pages_known(graph) == ["orgs.lifecycle.rules imports orgs.companies.views"]
    finally:
        graph.remove_import(importer="orgs.lifecycle.rules", imported="orgs.companies.views")


def test_an_apps_root_holds_what_django_looks_for_there(graph: grimp.ImportGraph) -> None:
    packages = {module for module in graph.modules if graph.find_children(module)}
    loose = {
        app: {child.split(".")[1] for child in graph.find_children(app) - packages}
        - ROOTS
        - AT_THE_ROOT.get(app, set())
        for app in APPS
    }
    assert loose == dict.fromkeys(APPS, set())


def test_nothing_is_imported_from_an_apps_root(graph: grimp.ImportGraph) -> None:
    """`models`, `urls` and `tasks` of an app stand there for Django and Celery; our code names the package."""
    doors = {f"{app}.{name}" for app in APPS for name in ("models", "tasks")}
    assert {door: graph.find_modules_that_directly_import(door) for door in doors & graph.modules} == {
        door: set() for door in doors & graph.modules
    }


def test_packages_stay_small() -> None:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    sizes = Counter(str(path.parent.relative_to(ROOT)) for path in files if path.name != "__init__.py")
    assert {package: number for package, number in sizes.items() if number > MOST} == {}


def stored_names() -> list[tuple[str, str]]:
    """(file, text) of the literals that name events in the audit trail, and salts of digests and signatures."""
    found = []
    for path, tree in trees().items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            salts = [word.value for word in call.keywords if word.arg == "salt"]
            given = {"record": call.args[1:2], "record_each": call.args[1:2], "salted_hmac": call.args[:1]}.get(
                name, []
            )
            texts = [
                one.value for one in [*given, *salts] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            found += [(path, text) for text in texts]
    return found


def is_of_a_file(text: str, modules: set[str]) -> bool:
    """Whether a name, or what it begins with, is a module that may move; an app's own `models` stays."""
    parts = text.split(".")
    starts = {".".join(parts[:number]) for number in range(2, len(parts) + 1)}
    return bool(starts & modules - {f"{app}.{name}" for app in APPS for name in ROOTS})


def test_what_is_stored_or_signed_is_not_named_after_a_file(graph: grimp.ImportGraph) -> None:
    """Files move; an event in the trail keeps its name, and a signature its salt."""
    stored = stored_names()
    texts = {text for _path, text in stored}
    assert {"access.cap", "access.invitation_limits", "orgs.job_links", "users.browsers", "users.models.User"} < texts
    assert [(path, text) for path, text in stored if is_of_a_file(text, graph.modules)] == []


def test_control_a_salt_that_is_named_after_a_file_is_found(graph: grimp.ImportGraph) -> None:
    assert is_of_a_file("users.login.browsers", graph.modules)
    assert is_of_a_file("users.accounts.models.User", graph.modules)
    assert not is_of_a_file("users.models.User", graph.modules)


# --- tests ------------------------------------------------------------------------------------------------
def imported_modules(tree: ast.AST) -> Iterator[str]:
    """The full names of the modules that a file imports from; of what it names there, too: it may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def lenders(texts: Iterable[str]) -> set[str]:
    """Test modules that others import."""
    modules = {module for text in texts for module in imported_modules(ast.parse(text))}
    return {
        module for module in modules if module.startswith("tests.") and module.rpartition(".")[2].startswith("test_")
    }


def test_no_test_module_lends_to_another() -> None:
    """What several need stands in a module that is named by what it gives."""
    files = list((ROOT / "tests").rglob("*.py"))
    assert len(files) > 300
    assert lenders(path.read_text() for path in files) == set()


def test_control_a_test_module_that_lends_is_found() -> None:
    ways = [
        "from tests.orgs.test_paging import walk",
        "from tests.orgs import test_paging",
        "import tests.orgs.test_paging",
    ]
    assert [lenders([way]) for way in ways] == [{"tests.orgs.test_paging"}] * 3
    assert lenders(["from tests.orgs import paging", "from django.test import Client"]) == set()
