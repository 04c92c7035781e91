"""Templates: they compile, link to pages that exist, hold no script or style, and say everything through gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.template import Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import Lexer, TokenType
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.guards.project import assert_known, templates, trees

PAGES = {name: text for name, text in templates().items() if name.endswith(".html")}
# Operators and developers read English.
NOT_FOR_CUSTOMERS = re.compile(r"^(tracker_portal/web/_?(styleguide|mail|dev)_?|billing/top_ups/test_payment\.)")
MAILS = re.compile(r"^(mails?|account/email|.*/mails?)/")  # a mail client knows nothing of style sheets
UNTRANSLATED: dict[str, str] = {
    "Tracker": "the product's name",
    "Ctrl K": "what is printed on the keys",
}
FORBIDDEN = ("are you sure", "oops", "successfully", "please wait", "click here", "invalid input")
VISIBLE_ATTRIBUTES = {"placeholder", "title", "alt", "aria-label", "aria-description", "data-confirm"}
HOLE = "\ufffc"  # stands where a tag or a variable stood


def mistake(name: str) -> str:
    """Why the template does not compile; empty when it does."""
    try:
        get_template(name)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        return str(error) or type(error).__name__
    return ""


def test_every_template_compiles() -> None:
    assert len(PAGES) > 40
    assert {name: said for name in templates() if (said := mistake(name))} == {}


LOG_OUT = re.compile(r"<form[^>]*account_logout[^>]*>")


def test_every_log_out_forgets_what_was_being_written() -> None:
    """A comment that is not posted stays in the browser (static/js/draft.js), for whoever comes next."""
    forms = [form for text in PAGES.values() for form in LOG_OUT.findall(text)]
    assert len(forms) >= 7
    assert [form for form in forms if "data-forgets-drafts" not in form] == []


# --- links ------------------------------------------------------------------------------------------------
URL_TAG = re.compile(r"""\{%\s*url\s+["']([\w:.-]+)["']""")


def route_names() -> set[str]:
    names: set[str] = set()
    for prefix, resolver in [
        ("", get_resolver()),
        *((f"{name}:", item[1]) for name, item in get_resolver().namespace_dict.items()),
    ]:
        names |= {prefix + name for name in resolver.reverse_dict if isinstance(name, str)}
    return names


def test_every_link_of_a_template_leads_to_a_route() -> None:
    known = route_names()
    links = [(name, link) for name, text in templates().items() for link in URL_TAG.findall(text)]
    assert len(links) > 20
    assert {f"{name}: {link}" for name, link in links if link not in known} == set()


def test_control_a_route_is_known_by_its_name_and_a_misspelled_one_is_not() -> None:
    assert reverse("orgs:company_list")
    assert "orgs:company_list" in route_names()
    assert "orgs:company_lst" not in route_names()
    with pytest.raises(NoReverseMatch):
        reverse("orgs:company_lst")


# --- no amount of money is written into a page ----------------------------------------------------------------
AMOUNT = re.compile(r"""\b\d+\|(?:money|owed)\b|[$€₽£]\s?\d|\b(?:USD|EUR|RUB)\s?\d|\d\s?(?:₽|€|USD|EUR|RUB)(?!\w)""")
AMOUNTS: dict[str, str] = {
    "layouts/access.html: 0|money": "the price of a free team, beside the one that follows",
    "billing/pricing/_calculator.html: 0|money": "the price of a free team, beside the one that follows",
    "billing/usage/_sum.html: 0|money": "the price of a free team",
    "billing/usage/_pricing_tiers.html: 0|money": "the price of a free team",
    "billing/usage/_tiles.html: 0|money": "a month without an entry, as the words beside it say",
}


def test_no_template_holds_an_amount_of_money() -> None:
    """What stands in a page is of the data; the main page once said $0.00 whatever the balance was."""
    pages = {name: text for name, text in templates().items() if not NOT_FOR_CUSTOMERS.match(name)}
    found = {f"{name}: {amount}" for name, text in pages.items() for amount in AMOUNT.findall(text)}
    assert_known(found, AMOUNTS, what="amounts in templates")


def test_control_amounts_are_noticed_and_those_of_the_data_are_not() -> None:
    for text in ("{{ 0|money:company.currency }}", "<p>$0.00</p>", "€ 5", "440 ₽", "RUB 2640"):
        assert AMOUNT.search(text), text
    for text in ("{{ balance|money:company.currency }}", "{{ total10|money:currency }}", "up to 5 people"):
        assert not AMOUNT.search(text), text


# --- no inline script or style ----------------------------------------------------------------------------
SILENT = {"blocktranslate", "blocktrans", "comment"}
SILENT_ENDS = {"endblocktranslate", "endblocktrans", "endcomment", "endblock"}
CLASS_BLOCK = re.compile(r"block \w+_class$")  # holds a name of the style sheet


def without_tags(text: str) -> str:
    """The template's own HTML: tags and variables leave a hole, comments and translated text nothing."""
    html: list[str] = []
    skipped = False
    for token in Lexer(text).tokenize():
        word = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and (word in SILENT or CLASS_BLOCK.match(token.contents)):
            skipped = True
        elif token.token_type == TokenType.BLOCK and word in SILENT_ENDS:
            skipped = False
        elif skipped or token.token_type == TokenType.COMMENT:
            continue
        else:
            html.append(token.contents if token.token_type == TokenType.TEXT else HOLE)
    return "".join(html)


class Page(HTMLParser):
    """Collects what a template says itself and what the content security policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inline: list[str] = []
        self.raw = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.raw = tag if tag in {"script", "style"} else ""
        data = given.get("type") in {"application/json", "importmap"}
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.inline.append(f"<{tag}>")
        self.inline += [name for name, value in attrs if name == "style" or name.startswith("on")]
        self.inline += [
            f"{name}={value}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]
        self.texts += [value or "" for name, value in attrs if name in VISIBLE_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self.raw = ""

    def handle_data(self, data: str) -> None:
        if not self.raw:
            self.texts.append(data)


def test_no_template_holds_an_inline_script_or_style() -> None:
    pages = {name: text for name, text in PAGES.items() if not MAILS.match(name)}
    assert {name: found for name, text in pages.items() if (found := Page(without_tags(text)).inline)} == {}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p style="color: red">',
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '{% if x %}<p style="{{ x }}">{% endif %}',
    ],
)
def test_control_inline_script_or_style_is_noticed(html: str) -> None:
    assert Page(without_tags(html)).inline


# --- words ------------------------------------------------------------------------------------------------
def untranslated(text: str) -> list[str]:
    """Runs of letters that a reader sees and no translator does."""
    parts = [part.strip() for seen in Page(without_tags(text)).texts for part in seen.split(HOLE)]
    return [part for part in parts if re.search(r"[^\W\d_]{2}", part) and part not in UNTRANSLATED]


def test_every_template_says_everything_through_gettext() -> None:
    """Plain mails, too."""
    read = {name: text for name, text in templates().items() if not NOT_FOR_CUSTOMERS.match(name)}
    assert {name: found for name, text in read.items() if (found := untranslated(text))} == {}


@pytest.mark.parametrize(
    "html", ["<p>Saved.</p>", '<input placeholder="Search">', "{% if x %}Yes{% endif %}", "<b>{{ count }} people</b>"]
)
def test_control_a_word_outside_gettext_is_noticed(html: str) -> None:
    assert untranslated(html)


def test_control_translated_words_are_not_noticed() -> None:
    assert (
        untranslated('<p>{% translate "Saved" %}, {% blocktranslate %}<b>all</b> of it{% endblocktranslate %}</p>')
        == []
    )


def sentences(tree: ast.AST) -> Iterator[str]:
    """Texts that the code hands to gettext."""
    for node in ast.walk(tree):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def forbidden_words(texts: dict[str, str]) -> list[str]:
    return sorted(f"{name}: {word}" for name, text in texts.items() for word in FORBIDDEN if word in text.lower())


def test_the_product_does_not_babble() -> None:
    said = {path: "\n".join(sentences(tree)) for path, tree in trees().items()}
    assert any(said.values())
    assert forbidden_words(said | templates()) == []


def test_control_babble_is_noticed() -> None:
    assert forbidden_words({"a.html": "<p>Oops! Are you sure?</p>"}) == ["a.html: are you sure", "a.html: oops"]


def test_control_a_broken_template_does_not_compile() -> None:
    with pytest.raises(TemplateSyntaxError, match="Unclosed tag"):
        Template("{% if x %}")
    assert "no-such.html" in mistake("no-such.html")
