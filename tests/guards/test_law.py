"""What is cited is there: the law's chapters, numbered rules and headings; files and modules that documents name."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator

import pytest

from tests.guards.project import APPS, ROOT, assert_known, sources, templates

HOUSE = [app for app in APPS if (ROOT / app).is_dir()]
LAWS = ("product", "tracker", "design", "style", "ux", "api")
CITED = re.compile(
    r"""(?P<law>product|tracker|design|style|ux|api)\.md[ ]?
        (?:(?P<chapters>§[ ]?\d+(?:\.\d+)?(?:(?:,[ ]|[ ]and[ ])§[ ]?\d+(?:\.\d+)?)*)
          |"(?P<heading>[^"]+)"
          |(?P<decision>D\d+)
          |(?P<rules>\d+(?:\.\d+)?(?:(?:,[ ]|[ ]and[ ])\d+(?:\.\d+)?)*))?""",
    re.X,
)
RULES = re.compile(r"(?<![./])\b(?P<law>design) rules? (?P<rules>\d+(?:(?:, | and )\d+)*)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
FEWEST = 80


def text_of(law: str) -> str:
    return (ROOT / "docs" / f"{law}.md").read_text()


def places(law: str) -> set[str]:
    """What can be cited: "§2", "§2.6" of headings and of their numbered lists, "5" of numbered rules, "D3", headings."""
    found, chapter = set(), ""
    for line in text_of(law).splitlines():
        if heading := re.match(r"#+ (?:(\d+(?:\.\d+)?)\.? )?(.*)", line):
            chapter = heading[1] or ""
            found |= {f"§{chapter}", heading[2]} if chapter else {heading[2]}
        elif rule := re.match(r"(\d+)\. ", line):
            found |= {f"§{chapter}.{rule[1]}", rule[1]} if chapter else {rule[1]}
        elif decision := re.match(r"\| (D\d+) ", line):
            found.add(decision[1])
    return found


def citations(text: str) -> Iterator[tuple[str, str]]:
    """(law, place) for everything that is cited; the place is empty where the law as a whole is."""
    for cited in CITED.finditer(text):
        law, named = cited["law"], cited.groupdict()
        if named["chapters"]:
            yield from ((law, f"§{number}") for number in NUMBER.findall(named["chapters"]))
        elif named["rules"]:
            numbers = NUMBER.findall(named["rules"])
            yield from ((law, f"§{number}" if "." in number else number) for number in numbers)
        else:
            yield law, named["heading"] or named["decision"] or ""
    for cited in RULES.finditer(text):
        yield from ((cited["law"], number) for number in NUMBER.findall(cited["rules"]))


def files() -> dict[str, str]:
    """Path → text of all that may cite: the product, its templates, tests, scripts, styles and documents."""
    others = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]
    others += [*(ROOT / "static").rglob("*.js"), *(ROOT / "static").rglob("*.css"), *(ROOT / "docker").rglob("*.sql")]
    here = {str(path.relative_to(ROOT)): path.read_text() for path in others if path.name != "test_law.py"}
    return {**sources(), **{f"templates/{name}": text for name, text in templates().items()}, **here}


def astray(text: str) -> set[tuple[str, str]]:
    return {(law, place) for law, place in citations(text) if place and place not in places(law)}


def test_what_is_cited_stands_in_the_law() -> None:
    texts = files()
    assert sum(len(list(citations(text))) for text in texts.values()) > FEWEST
    missing = {f"{path}: {law}.md {place}" for path, text in texts.items() for law, place in astray(text)}
    assert not missing, "cited and not there:\n" + "\n".join(sorted(missing))


def test_every_law_can_be_cited() -> None:
    assert all(places(law) for law in LAWS)


@pytest.mark.parametrize(
    "text",
    [
        "product.md §9",
        "(product.md §2, §9)",
        "design rule 99",
        "design rules 3 and 99",
        "design.md 99",
        'design.md "No such"',
        "ux.md D99",
        "tracker.md §99",
        "ux.md §2.99",
    ],
)
def test_control_a_citation_that_leads_nowhere_is_noticed(text: str) -> None:
    assert astray(text)


@pytest.mark.parametrize(
    "text",
    [
        "product.md §2, §4",
        "product.md §1.1",
        "design rules 3 and 4",
        "design.md 10",
        'design.md "Rows that can move"',
        "ux.md D3",
        "ux.md §2.19",
        "style.md",
    ],
)
def test_what_is_there_is_found(text: str) -> None:
    assert list(citations(text))
    assert not astray(text)


# --- files and modules that documents name ----------------------------------------------------------------
# A path stands from the root of the checkout: `orgs/tenancy/scopes.py`, `billing/ledger/`. What contains <…>, …, *
# or NNNN is a placeholder.
QUOTED = re.compile(r"`([^`\n]+)`")
LINKED = re.compile(r"\]\(([^):#]+)\)")
NAMES_A_PATH = re.compile(r"\w[\w.-]*(/[\w.-]+)*/?")
ENDINGS = (".py", ".html", ".md", ".txt", ".css", ".js", ".png", ".sql", ".sh", ".toml", ".yml", ".po")
NAMES_A_MODULE = re.compile(rf"({'|'.join(APPS)}|tests)(\.\w+)+")
NAMES_IN_A_FILE = re.compile(r"`([\w/]+\.py)`: (`\w+`(?:(?:, | and )`\w+`)*)")  # `orgs/lifecycle/rules.py`: `TRIAL`
NO_PATHS = {
    "services/": "style.md forbids it",
    "common/": "style.md forbids it",
    "issues/new/": "an address, in ux.md",
    "ORIGIN/payments/stripe/": "an address, in the README",
}


def documents() -> dict[str, str]:
    """What describes the house as it stands: the law, decisions, README; the changelog is history."""
    files = [*(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"), *(ROOT / "docs").rglob("*.md")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in files}


def named_paths(text: str) -> set[str]:
    quoted = {word for word in QUOTED.findall(text) if "/" in word and NAMES_A_PATH.fullmatch(word)}
    return {word for word in quoted if is_path(word) and "NNNN" not in word}


def is_path(word: str) -> bool:
    return word.endswith(("/", *ENDINGS)) or (ROOT / word.split("/", maxsplit=1)[0]).is_dir()


def named_modules(text: str) -> set[str]:
    """Modules, and what stands in them: `orgs.tenancy.scopes`, `access.wall.rules.refusal`."""
    words = {word.removesuffix("()") for word in QUOTED.findall(text)}
    return {word for word in words if NAMES_A_MODULE.fullmatch(word) and not word.endswith(ENDINGS)}


def absent_paths(text: str) -> set[str]:
    return {path for path in named_paths(text) if not (ROOT / path).exists()}


def absent_modules(text: str) -> set[str]:
    return {name for name in named_modules(text) if not resolves(name)}


def resolves(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_files_that_documents_name_are_there() -> None:
    texts = documents()
    assert sum(len(named_paths(text)) for text in texts.values()) > FEWEST
    known = {path for text in texts.values() for path in absent_paths(text) if path in NO_PATHS}
    missing = {f"{file}: {path}" for file, text in texts.items() for path in absent_paths(text) - known}
    assert_known(known, NO_PATHS, what="paths")
    assert not missing, "named and not there:\n" + "\n".join(sorted(missing))


def test_files_that_code_names_are_there() -> None:
    named = {(file, path) for file, text in sources().items() for path in named_paths(text) if path.endswith(".py")}
    assert len(named) > FEWEST // 4
    assert {f"{file}: {path}" for file, path in named if not (ROOT / path).exists()} == set()


def test_modules_that_documents_name_are_there() -> None:
    texts = documents()
    assert any(named_modules(text) for text in texts.values())
    missing = {f"{file}: {name}" for file, text in texts.items() for name in absent_modules(text)}
    assert not missing, "named and not there:\n" + "\n".join(sorted(missing))


def absent_names(text: str) -> set[str]:
    """Names that the text says to look for in a file, and that no line of it begins to define."""
    named = [(path, name) for path, names in NAMES_IN_A_FILE.findall(text) for name in QUOTED.findall(names)]
    return {f"{path}: {name}" for path, name in named if not defines(path, name)}


def defines(path: str, name: str) -> bool:
    return bool(re.search(rf"^\s*(?:def |class )?{name}\b", (ROOT / path).read_text(), re.M))


def test_names_that_documents_look_for_are_in_the_file() -> None:
    texts = documents()
    assert any(NAMES_IN_A_FILE.search(text) for text in texts.values())
    assert {f"{file}: {name}" for file, text in texts.items() for name in absent_names(text)} == set()


def test_control_a_name_that_is_not_in_the_file_is_noticed() -> None:
    assert absent_names("`orgs/lifecycle/rules.py`: `TRIAL`, `trial_of`") == {"orgs/lifecycle/rules.py: trial_of"}


GUIDES = ("CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md")  # what they quote stands in the code


def unknown_words(text: str) -> set[str]:
    """Names and words of the interface that the text quotes, and that neither code nor templates have."""
    code = "\n".join(said for path, said in files().items() if not path.endswith(".md"))
    return {word for word in QUOTED.findall(text) if word.isidentifier()} - set(re.findall(r"\w+", code))


def test_words_that_guides_quote_are_in_the_code() -> None:
    assert {f"{file}: {word}" for file in GUIDES for word in unknown_words((ROOT / file).read_text())} == set()


def test_control_a_word_that_is_not_in_the_code_is_noticed() -> None:
    assert unknown_words("`Organization` and `Organisation`, `Save`") == {"Organisation"}


def test_links_of_documents_lead_somewhere() -> None:
    links = [(file, link) for file, text in documents().items() for link in LINKED.findall(text)]
    assert links
    assert [(file, link) for file, link in links if not ((ROOT / file).parent / link).exists()] == []


# --- the maps of the house --------------------------------------------------------------------------------
def packages(app: str) -> set[str]:
    """The packages of an app, but those that Django looks for."""
    names = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")}
    return names - {"migrations", "management", "templatetags"}


def drawn(law: str, app: str) -> set[str]:
    """The packages that design.md draws beside an app; those that are to come stand behind these words."""
    house = law.split("## The house", 1)[1].split("```")[1]
    lines = re.search(rf"^{app}/ .*\n((?: +.*\n)*)", house, re.M)
    return set(re.findall(r"(\w+)/", lines[1].split("to come:")[0])) if lines else set()


def listed(text: str, app: str) -> set[str]:
    """The packages that architecture.md has a row for."""
    return set(re.findall(rf"^\| `{app}/(\w+)/` \|", text, re.M))


@pytest.mark.parametrize("app", HOUSE)
def test_maps_have_every_package(app: str) -> None:
    assert drawn(text_of("design"), app) == packages(app) != set()
    assert listed(text_of("architecture"), app) == packages(app)


def test_control_a_package_that_no_map_has_is_noticed() -> None:
    law, map_ = text_of("design"), text_of("architecture")
    assert drawn(law.replace("lifecycle/ ·", ""), "orgs") == packages("orgs") - {"lifecycle"}
    assert listed(map_.replace("| `orgs/mail/` |", ""), "orgs") == packages("orgs") - {"mail"}


@pytest.mark.parametrize(
    "text", ["`orgs/tenancy/scope.py`", "see `billing/letters/`", "`billing/fonts`", "`docs/no.md`"]
)
def test_control_a_file_that_is_not_there_is_noticed(text: str) -> None:
    assert absent_paths(text)


@pytest.mark.parametrize("text", ["`orgs.lifecycle.letters`", "`access.wall.rules.allow`", "`orgs.sweep()`"])
def test_control_a_module_that_is_not_there_is_noticed(text: str) -> None:
    assert absent_modules(text)


@pytest.mark.parametrize(
    "text", ["`orgs/tenancy/scopes.py`", "`billing/ledger/`", "`templates/<app>/<package>/<name>.html`", "`/readyz`"]
)
def test_paths_that_are_there_and_placeholders_are_not(text: str) -> None:
    assert not absent_paths(text)
