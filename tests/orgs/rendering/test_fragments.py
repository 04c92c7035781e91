"""Rows are filled in from a template that the engine draws once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import engines
from django.utils import translation
from django.utils.safestring import SafeString

from orgs.rendering import fragments
from orgs.rendering.fragments import Fragment

HOSTILE = ["<script>alert(1)</script>", '"onload="x', "'", "&amp;", "100 % %s %(x)s", "{{ x }}", "\x00", "😀"]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Puts a template where the project's are found."""
    loader = engines["django"].engine.template_loaders[0]
    monkeypatch.setattr(loader.loaders[0], "dirs", [tmp_path])
    fragments._drawn.cache_clear()

    def write(text: str) -> Fragment:
        loader.reset()
        fragments._drawn.cache_clear()
        (tmp_path / "row.html").write_text(text)
        return Fragment("row.html")

    yield write
    loader.reset()
    fragments._drawn.cache_clear()


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_escaped_as_the_engine_escapes_them(write: object, value: str) -> None:
    text = '<li title="{{ a }}">50 % {{ b }}: {{ a }}</li>'
    drawn = write(text)(a=value, b=value)
    assert drawn == engines["django"].from_string(text).render({"a": value, "b": value})
    assert isinstance(drawn, SafeString)


def test_html_stays_and_numbers_are_shown(write: object) -> None:
    assert write("{{ a }}{{ b }}")(a=SafeString("<b>x</b>"), b=7) == "<b>x</b>7"


def test_words_are_those_of_the_language(write: object) -> None:
    row = write("{% load i18n %}{% translate 'No' %} {{ a }}")
    with translation.override("en"):
        assert row(a=1) == "No 1"
    with translation.override("de"):
        assert row(a=1) == "Nein 1"


def test_an_argument_that_is_missing_is_noticed(write: object) -> None:
    with pytest.raises(KeyError):
        write("{{ a }}")()


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}x{% endif %}",
        "{% for b in a %}x{% endfor %}",
        "{{ a|upper }}",
        "{{ a.b }}",
        "{% load ui %}{% icon a %}",
        "{% include 'components/_badge.html' with label=a only %}",
        "{% load i18n %}{% translate 'No' as a %}{{ a }}",
        "{% if a == 1 %}x{% endif %}",
        "{% if flag and a %}x{% endif %}",
        "{{ flag }}",
    ],
)
def test_what_would_be_decided_once_for_all_rows_is_refused(write: object, text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"row\.html"):
        write(text)(a="x", flag=True)


def test_flags_decide_for_each_row(write: object) -> None:
    row = write("{% if first and not second %}[{{ a }}]{% elif second %}({{ a }}){% else %}-{% endif %}")
    assert [
        row(a=n, first=first, second=second)
        for n, (first, second) in enumerate([(True, False), (False, True), (False, False)])
    ] == ["[0]", "(1)", "-"]


def test_sentences_with_a_name_are_translated_and_escaped(write: object) -> None:
    row = write("{% load i18n %}{% blocktranslate trimmed %} Select {{ name }} {% endblocktranslate %}")
    assert row(name="<b>") == "Select &lt;b&gt;"
