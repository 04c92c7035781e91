"""Titles say the page and where it is: `page · section · company`, and outside of a company `page · Tracker`."""

from __future__ import annotations

import re

import pytest

from tests.guards.project import assert_known, templates

TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}", re.S)
INNER = re.compile(r"\{% block (?!title )\w+ %\}(\{% translate \"[^\"]*\" %\})?\{% endblock %\}")
BASE = re.compile(r"\{% extends \"([^\"]+)\"")
OF_A_COMPANY = "layouts/company.html"
# Templates that others extend: the page's own name comes from those.
LAYOUTS = re.compile(r"(^|/)(layouts/|base\.html$)")
SHORT = {
    "base.html": "what stands where a page says nothing: none does, as the walk through all pages shows",
    "account/login.html": "Log in to Tracker says both",
}
PAGES = {name: text for name, text in templates().items() if name.endswith(".html")}


def is_short(text: str) -> bool:
    """Whether the template sets a title that is one part alone."""
    return any("·" not in title for title in TITLE.findall(INNER.sub("", text)))


def lineage(name: str) -> list[str]:
    """The template and what it extends."""
    base = BASE.search(PAGES.get(name, ""))
    return [name, *lineage(base[1])] if base else [name]


def is_nameless(name: str) -> bool:
    """Whether it is a page of a company that neither names itself nor sets the whole title."""
    names = lineage(name)
    if OF_A_COMPANY not in names or LAYOUTS.search(name):
        return False
    own = "".join(PAGES[each] for each in names[: names.index(OF_A_COMPANY)])
    return "{% block page %}" not in own and "{% block title %}" not in own


def test_every_title_says_where_the_page_is() -> None:
    assert sum(bool(TITLE.search(text)) for text in PAGES.values()) > 15
    assert_known({name for name, text in PAGES.items() if is_short(text)}, SHORT, what="titles without a section")


def test_every_page_of_a_company_names_itself() -> None:
    assert sum(OF_A_COMPANY in lineage(name) for name in PAGES) > 60
    assert {name for name in PAGES if is_nameless(name)} == set()


@pytest.mark.parametrize("title", ["Pricing", '{% translate "Pricing" %}', "{{ paper.title }} {{ paper.name }}"])
def test_control_a_short_title_is_noticed(title: str) -> None:
    assert is_short(f"{{% block title %}}{title}{{% endblock %}}")
    assert not is_short(f"{{% block title %}}{title} · Tracker{{% endblock %}}")
