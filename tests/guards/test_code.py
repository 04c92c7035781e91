"""The sources against the house rules: clocks, imports, sizes, forms, tasks, migrations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.urls import get_resolver

from tests.guards.project import ROOT, assert_known, functions, sources, templates, trees
from tracker_portal.celery import SCHEDULE, app

# --- the clock is read at the edges only (rule 1) ---------------------------------------------------------
CLOCKS = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("functions", "Now"),
}
EDGES = re.compile(r"(^|/)(views|tasks|middleware|management/commands/\w+)(/\w+)?\.py$")
OTHER_EDGES = {
    "billing/top_ups/admin.py": "the operator's pages are views",
    "billing/pricing/admin.py": "the operator's pages are views",
    "orgs/companies/admin.py": "the operator's pages are views",
    "orgs/people/admin.py": "the operator's pages are views",
    "users/login/session_store.py": "Django asks it for the session of a request",
    "orgs/mail/mail_sender.py": "a loop that runs for a while: it reads the clock for each mail",
    "orgs/companies/forms.py": "allauth calls TrialSignup.signup without a clock",
    "orgs/lifecycle/models.py": "the default of Brake.pulled_at, which nothing decides by",
    "tracker_portal/accounts/adapter.py": "allauth calls the adapter without a clock",
    "tracker_portal/health.py": "the health pages are views, and their heartbeat",
    "tracker_portal/accounts/settings_views.py": "the pages of My settings are views",
    "users/apps.py": "Django's signal of a login comes without a clock",
    "users/login/limits.py": "it says until when allauth counts, which counts by the machine's clock",
    "users/accounts/models.py": "the default of date_joined, which nothing decides by",
}
NOT_THE_PRODUCT = "tracker_portal/embedded/"  # starts and watches servers; it decides nothing about companies


def clock_readings(tree: ast.AST) -> Iterator[str]:
    """Mentions of a clock, called or handed on; `from … import now` hides none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (base, node.attr) in CLOCKS:
                yield f"{base}.{node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module:
            module = node.module.rpartition(".")[2]
            yield from (f"from {module} import {name.name}" for name in node.names if (module, name.name) in CLOCKS)


def test_only_the_edges_read_the_clock() -> None:
    found = {path for path, tree in trees().items() if any(clock_readings(tree))}
    assert any(EDGES.search(path) for path in found)
    below = {path for path in found if not EDGES.search(path) and not path.startswith(NOT_THE_PRODUCT)}
    assert_known(below, OTHER_EDGES, what="files below the edges that read the clock: take `now` as an argument")


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "dt.datetime.now(dt.UTC)",
        "models.DateTimeField(default=timezone.now)",
        "from django.db.models.functions import Now",
        "from time import time",
        "dt.date.today()",
    ],
)
def test_control_a_clock_is_noticed(source: str) -> None:
    assert list(clock_readings(ast.parse(source)))


# --- imports stand at the top -----------------------------------------------------------------------------
INNER_IMPORTS = {
    "billing/printing/pdf/__init__.py": "what draws PDF takes 17 MB, which most web processes never need",
    "tracker_portal/apps.py": "checks may be imported only when all applications are loaded",
}


def inner_imports(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Import | ast.ImportFrom) for outer in functions(tree) for node in ast.walk(outer))


def test_imports_stand_at_the_top() -> None:
    found = {path for path, tree in trees().items() if inner_imports(tree)}
    assert_known(found, INNER_IMPORTS, what="files that import inside functions")


def test_control_an_inner_import_is_noticed() -> None:
    assert inner_imports(ast.parse("def f():\n    from orgs import views"))


# --- requests are typed, and state of a page is a value that is passed ---------------------------------------
OF_DJANGO = {"HttpRequest", "UserRequest", "CompanyRequest"}
READ_BY_NAME = {
    "tracker_portal/web/template_context.py": "a page of an error may be drawn before anybody was looked for",
}


def untyped_requests(tree: ast.AST) -> set[str]:
    """Functions whose request is anything, or is not said to be something."""
    return {
        function.name
        for function in functions(tree)
        for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        if argument.arg == "request"
        and (argument.annotation is None or ast.unparse(argument.annotation).split(".")[-1] in ("Any", "object"))
    }


def asked_by_name(tree: ast.AST) -> list[str]:
    """What is asked of a request, or put on it, as if it might be there or not."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("hasattr", "getattr", "setattr")
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id == "request"
    ]


def hung_on(tree: ast.AST) -> list[str]:
    """What functions put on the request that they were given."""
    return [
        ast.unparse(node)
        for function in functions(tree)
        if any(
            argument.arg == "request" and ast.unparse(argument.annotation or ast.Constant("")) in OF_DJANGO
            for argument in function.args.args
        )
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and getattr(node.value, "id", "") == "request"
    ]


def test_requests_are_typed() -> None:
    assert sum(bool(OF_DJANGO & set(re.findall(r"\w+", text))) for text in sources().values()) > 30
    assert {path: found for path, tree in trees().items() if (found := untyped_requests(tree))} == {}


def test_state_of_a_page_is_passed_and_not_hung_on_its_request() -> None:
    assert {path: found for path, tree in trees().items() if (found := hung_on(tree))} == {}
    found = {path for path, tree in trees().items() if asked_by_name(tree)}
    assert_known(found, READ_BY_NAME, what="files that ask a request whether it has something: pass the value")


@pytest.mark.parametrize(
    "source", ["def page(request: Any): ...", "def page(request): ...", "def page(*, request: typing.Any): ..."]
)
def test_control_an_untyped_request_is_noticed(source: str) -> None:
    assert untyped_requests(ast.parse(source)) == {"page"}
    assert untyped_requests(ast.parse("def page(request: CompanyRequest): ...")) == set()


@pytest.mark.parametrize(
    "source", ["hasattr(request, 'this_month')", "getattr(request, 'org', None)", "setattr(request, 'org', org)"]
)
def test_control_a_question_to_the_request_is_noticed(source: str) -> None:
    assert asked_by_name(ast.parse(source))


@pytest.mark.parametrize("source", ["request.this_month = month", "request.org, request.now = org, now"])
def test_control_a_value_on_the_request_is_noticed(source: str) -> None:
    assert hung_on(ast.parse(f"def page(request: CompanyRequest):\n    {source}"))
    assert not hung_on(ast.parse(f"def decline(request: AccessRequest):\n    {source}"))


# --- sizes ------------------------------------------------------------------------------------------------
FUNCTION_LINES, TASK_LINES, FILE_LINES, TEMPLATE_LINES = 25, 12, 300, 200
LONG_FUNCTIONS = {
    "tracker_portal/demo/issues.py:_changes": "three kinds of rows, written out",
    "tracker_portal/templatetags/samples.py:samples": "a table of examples, no logic",
}
LONG_FILES: dict[str, str] = {}
LONG_TEMPLATES: dict[str, str] = {}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, its docstring not counted."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    docstring_lines = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring_lines


def long_functions(path: str, tree: ast.AST) -> set[str]:
    limit = TASK_LINES if path.endswith("tasks.py") else FUNCTION_LINES
    return {f"{path}:{function.name}" for function in functions(tree) if length(function) > limit}


def test_functions_are_short() -> None:
    found = set().union(*(long_functions(path, tree) for path, tree in trees().items()))
    assert sum(1 for tree in trees().values() for _ in functions(tree)) > 100
    assert_known(found, LONG_FUNCTIONS, what="functions over 25 lines, or tasks over 12: split them by noun")


def test_files_are_short() -> None:
    found = {path for path, text in sources().items() if len(text.splitlines()) > FILE_LINES}
    assert len(sources()) > 30
    assert_known(found, LONG_FILES, what="Python files over 300 lines: split them by noun")


def test_templates_are_short() -> None:
    found = {name for name, text in templates().items() if len(text.splitlines()) > TEMPLATE_LINES}
    assert_known(found, LONG_TEMPLATES, what="templates over 200 lines: take parts out of them")


def test_control_a_long_function_is_noticed() -> None:
    body = "\n".join("    a = 1" for _ in range(25))
    assert long_functions("x/views.py", ast.parse(f"def f():\n{body}")) == {"x/views.py:f"}
    assert long_functions("x/views.py", ast.parse(f'def f():\n    """Said."""\n{body[10:]}')) == set()


# --- forms name their fields (rule 16) --------------------------------------------------------------------
def unnamed_fields(tree: ast.AST) -> Iterator[str]:
    """`exclude`, or `fields = "__all__"`, of a class or of a factory call."""
    for node in ast.walk(tree):
        targets = (
            [target.id for target in node.targets if isinstance(target, ast.Name)]
            if isinstance(node, ast.Assign)
            else []
        )
        if isinstance(node, ast.Assign | ast.keyword):
            name = targets[0] if targets else getattr(node, "arg", "")
            is_all = isinstance(node.value, ast.Constant) and node.value.value == "__all__"
            if (name == "fields" and is_all) or (targets and name == "exclude"):
                yield str(name)


def test_forms_name_their_fields() -> None:
    assert {path: found for path, tree in trees().items() if (found := list(unnamed_fields(tree)))} == {}


def test_model_forms_name_their_fields() -> None:
    get_resolver().url_patterns  # noqa: B018 - imports every view, and so every form
    assert forms.Form.__subclasses__()
    assert [
        form
        for form in subclasses(forms.ModelForm)
        if is_ours(form) and not isinstance(form._meta.fields, list | tuple)
    ] == []


def subclasses(of: type) -> Iterator[type]:
    for kind in of.__subclasses__():
        yield kind
        yield from subclasses(kind)


def is_ours(kind: type) -> bool:
    return f"{kind.__module__.replace('.', '/')}.py" in sources()


@pytest.mark.parametrize(
    "source", ["class Meta:\n    fields = '__all__'", "class Meta:\n    exclude = ['org']", "factory(fields='__all__')"]
)
def test_control_an_unnamed_field_is_noticed(source: str) -> None:
    assert list(unnamed_fields(ast.parse(source)))


# --- jobs and settings ------------------------------------------------------------------------------------
def missing_tasks(names: list[str]) -> set[str]:
    app.loader.import_default_modules()
    return set(names) - set(app.tasks)


def test_every_scheduled_task_exists() -> None:
    assert len(SCHEDULE) >= 2
    assert missing_tasks(list(SCHEDULE)) == set()


def test_control_a_misspelled_task_is_noticed() -> None:
    assert missing_tasks(["orgs.tasks.drain_outbx"]) == {"orgs.tasks.drain_outbx"}


def test_a_task_ends_before_the_broker_gives_it_to_somebody_else() -> None:
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT * 2
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]


# --- layers and migrations --------------------------------------------------------------------------------
def test_no_signals_and_no_drawers() -> None:
    """No receivers of our own, and no modules that say nothing about what they hold (style.md)."""
    drawers = {"utils", "helpers", "services", "selectors", "common", "misc"}
    named = {path for path in sources() if drawers & set(path.removesuffix(".py").split("/"))}
    assert named - {"tracker_portal/embedded/services.py"} == set()
    assert {
        path for path, text in sources().items() if re.search(r"^@receiver|\.connect\(.*sender=", text, re.M)
    } == set()


def test_migrations_are_named() -> None:
    names = [path.stem for path in ROOT.glob("*/migrations/0*.py")]
    assert len(names) >= 4
    assert [name for name in names if re.match(r"\d{4}_(auto|alter_)", name)] == []
