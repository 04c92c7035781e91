"""Templates as files: a page is few of them, they lie as the packages do, and routes are named as their views are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.guards.project import APPS, ROOT, assert_known, sources, templates

PAGES = {name: text for name, text in templates().items() if name.endswith(".html")}


# --- how many ---------------------------------------------------------------------------------------------
INCLUDED = re.compile(r"""\{%\s*include\s+["']([^"']+)["']""")
EXTENDED = re.compile(r"""\{%\s*extends\s+["']([^"']+)["']""")
SHARED = re.compile(r"^(base\.html$|layouts/|components/)")
MOST_FILES, PAGE_LINES = 12, 150
MANY_FILES: dict[str, str] = {}
ONCE: dict[str, str] = {}


def own_files(page: str, texts: dict[str, str]) -> set[str]:
    """The page and what it extends and includes, without what all pages share."""
    found, open_ends = set(), {page}
    while open_ends:
        name = open_ends.pop()
        found.add(name)
        text = texts.get(name, "")
        open_ends |= {*INCLUDED.findall(text), *EXTENDED.findall(text)} - found
    return {name for name in found if not SHARED.match(name)}


def is_part(name: str) -> bool:
    return name.rpartition("/")[2].startswith("_")


def rendered() -> set[str]:
    """Templates that the code names: it renders them, alone or as pages."""
    return {name for text in sources().values() for name in re.findall(r'"([\w/.-]+\.(?:html|txt))"', text)}


def parts_used_once(texts: dict[str, str], alone: set[str]) -> set[str]:
    """Parts that stand in one place, with room for them there, and that nobody renders alone."""
    places: dict[str, list[str]] = {}
    for name, text in texts.items():
        for part in INCLUDED.findall(text):
            places.setdefault(part, []).append(name)
    single = {part: names[0] for part, names in places.items() if len(names) == 1 and is_part(part)}
    return {
        part
        for part, place in single.items()
        if part not in alone and len((texts[part] + texts[place]).splitlines()) <= PAGE_LINES
    }


def test_a_page_is_a_dozen_files_of_its_own_at_most() -> None:
    pages = {name for name in PAGES if not is_part(name) and not SHARED.match(name)}
    assert max(len(own_files(page, PAGES)) for page in pages) > 8
    many = {page for page in pages if len(own_files(page, PAGES)) > MOST_FILES}
    assert_known(many, MANY_FILES, what=f"pages of more than {MOST_FILES} files of their own")


def test_a_part_that_stands_in_one_place_is_written_there() -> None:
    assert sum(is_part(name) for name in rendered()) > 8
    once = parts_used_once(templates(), rendered())
    assert_known(once, ONCE, what=f"parts of one page, which has room for them in {PAGE_LINES} lines")


def test_control_many_files_and_a_part_of_one_page_are_noticed() -> None:
    page = "".join(f'{{% include "a/_{number}.html" only %}}' for number in range(12))
    texts = {
        "a/page.html": '{% extends "layouts/page.html" %}' + page,
        **{f"a/_{n}.html": "<p></p>" for n in range(12)},
    }
    assert len(own_files("a/page.html", texts)) == MOST_FILES + 1
    assert parts_used_once(texts, {"a/_0.html"}) == {f"a/_{number}.html" for number in range(1, 12)}
    long = {**texts, "a/_1.html": "<p></p>\n" * PAGE_LINES}
    assert "a/_1.html" not in parts_used_once(long, set())
    shared = {**texts, "a/other.html": '{% include "a/_2.html" %}'}
    assert "a/_2.html" not in parts_used_once(shared, set())


# --- where they lie ---------------------------------------------------------------------------------------
# Folders of templates that are no package of an app, and why.
FOLDERS: dict[str, str] = {
    "": "base.html, and the error pages where Django looks for them",
    "layouts": "what pages extend",
    "components": "what many pages include",
    "mail": "what mails extend and include",
    "account": "allauth looks for its pages there",
    "mfa": "allauth looks for its pages there",
    "allauth": "elements and layouts of allauth's pages",
}


def is_package(folder: str) -> bool:
    return folder.count("/") == 1 and (ROOT / folder / "__init__.py").is_file()


def strange_folders(names: Iterable[str]) -> set[str]:
    """Folders that are no package; of other places than the apps' and the mails' the topmost. Mails lie as their senders do."""
    folders = {name.rpartition("/")[0] for name in names}
    strange = {folder for folder in folders if not is_package(folder.removeprefix("mail/"))}
    return {folder if (top := folder.partition("/")[0]) in {*APPS, "mail"} else top for folder in strange}


def test_templates_lie_as_the_packages_do() -> None:
    assert len({name for name in templates() if is_package(name.rpartition("/")[0])}) > 100
    assert_known(strange_folders(templates()), FOLDERS, what="templates outside of the folders of packages")


def test_a_module_renders_the_templates_of_its_own_package() -> None:
    named = [
        (path, name)
        for path, text in sources().items()
        for name in re.findall(r'"((?:\w+/){2}\w+\.html)"', text)
        if "/templatetags/" not in path
    ]
    assert len(named) > 80
    assert [(path, name) for path, name in named if path.rpartition("/")[0] != name.rpartition("/")[0]] == []


def test_control_a_template_outside_of_a_package_is_noticed() -> None:
    at_home = ["orgs/jobs/job.html", "mail/orgs/jobs/job_over.txt"]
    elsewhere = ["orgs/job.html", "orgs/no_such_package/job.html", "mail/orgs/job_over.txt", "me/settings/profile.html"]
    assert strange_folders(at_home) == set()
    assert strange_folders(elsewhere) == {"orgs", "orgs/no_such_package", "mail/orgs", "me"}


# --- names of routes --------------------------------------------------------------------------------------
# Routes whose view has another name, and why.
OTHER_NAMES: dict[str, str] = {}


def strange_names(namespace: str, patterns: Iterable[URLPattern]) -> set[str]:
    """Routes of a namespace whose view is of another app or has another name."""
    named = [(pattern.name, pattern.callback) for pattern in patterns]
    strange = [name for name, view in named if (view.__module__.partition(".")[0], view.__name__) != (namespace, name)]
    return {f"{namespace}:{name}" for name in strange}


def flat(entries: Iterable[Any]) -> list[URLPattern]:
    return [
        each for entry in entries for each in (flat(entry.url_patterns) if hasattr(entry, "url_patterns") else [entry])
    ]


def namespaces() -> dict[str, list[URLPattern]]:
    """The apps' own routes, by namespace."""
    found = [each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and each.namespace in APPS]
    return {str(each.namespace): flat(each.url_patterns) for each in found}


def test_a_route_has_the_app_and_the_name_of_its_view() -> None:
    assert len(namespaces()) > 4
    strange = set().union(*(strange_names(namespace, patterns) for namespace, patterns in namespaces().items()))
    assert_known(strange, OTHER_NAMES, what="routes with another app or name than their view's")


def test_control_a_route_of_another_app_is_noticed() -> None:
    assert "orgs:company" in strange_names("orgs", namespaces()["tracker_portal"])
