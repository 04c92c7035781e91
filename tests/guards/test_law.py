"""What the code and the documents cite of the law (docs/) is there: each chapter, numbered rule and quoted heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.guards.project import ROOT, sources, templates

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
