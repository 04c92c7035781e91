"""Nothing lies about: every class of the styles stands in some page, every template is rendered by somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import allauth
from django.urls import URLPattern, URLResolver, get_resolver

from tests.guards.project import ROOT, sources, templates

# --- classes ----------------------------------------------------------------------------------------------
COMMENT_OR_BLOCK = re.compile(r"/\*.*?\*/|\{[^{}]*\}", re.S)
CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
WORD = re.compile(r"[\w-]+")
BEGINNING = re.compile(r"([\w-]+-)\{")  # `status--{{ key }}`, f"icon--{size}": what follows is a value


def classes(style: str) -> set[str]:
    """The classes in the selectors of a style sheet."""
    return set(CLASS.findall(COMMENT_OR_BLOCK.sub("{}", style)))


def unwritten(style: str, texts: Iterable[str]) -> set[str]:
    words, beginnings = set[str](), set[str]()
    for text in texts:
        words |= set(WORD.findall(text))
        beginnings |= set(BEGINNING.findall(text))
    return {name for name in classes(style) - words if not name.startswith(tuple(beginnings))}


def written() -> list[str]:
    scripts = [path.read_text() for path in (ROOT / "static/js").rglob("*.js")]
    return [*templates().values(), *sources().values(), *scripts]


def test_every_class_is_written_somewhere() -> None:
    styles = "\n".join(path.read_text() for path in (ROOT / "static/css").rglob("*.css"))
    assert len(classes(styles)) > 200
    assert unwritten(styles, written()) == set()


def test_control_a_class_that_nobody_writes_is_noticed() -> None:
    style = ".used {} .used--old, .kind--bad > b { margin: 0.5em; } /* .gone */ @media (x) { .lost:hover { top: 0 } }"
    assert unwritten(style, ['<i class="used kind--{{ kind }}">']) == {"used--old", "lost"}


# --- templates --------------------------------------------------------------------------------------------
NAMED = re.compile(r"""["']([\w./{}-]+)["']""")
HOLE = re.compile(r"\\\{\w+\\\}")
OF_DJANGO = re.compile(r"^(admin/|\d{3}(_\w+)?\.html$)")  # it looks for them by name
OF_ALLAUTH = re.compile(r"^(account|mfa|allauth)/")
MAIL = re.compile(r"((\.subject|_subject)\.txt|(_message)?\.html)$")
# Views of allauth that are functions, or choose among classes.
CHOSEN = {
    "account/confirm_email_verification_code.html": "`account_email_verification_sent` while codes confirm addresses",
    "mfa/index.html": "`mfa_index`: tracker_portal/accounts/settings_views.py calls allauth's view",
    "account/signup.html": "`account_signup`: tracker_portal/web/views.py calls allauth's view",
}


def routed_templates(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """The templates of the class-based views that an address leads to."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routed_templates(pattern.url_patterns)
            continue
        view = pattern.callback
        while view is not None:
            if name := getattr(getattr(view, "view_class", None), "template_name", None):
                yield name
            view = getattr(view, "__wrapped__", None)


def names(texts: Iterable[str]) -> re.Pattern[str]:
    """What is quoted, a hole in it standing for anything."""
    quoted = {name for text in texts for name in NAMED.findall(text) if "/" in name or "." in name}
    return re.compile("|".join(HOLE.sub(".+", re.escape(name)) for name in quoted))


def unrendered(texts: dict[str, str], code: Iterable[str], allauths: Iterable[str], routed: set[str]) -> set[str]:
    """Ours are named in the code, allauth's pages are those of views with an address, its other texts named in its code."""
    ours, included, theirs = names(code), names(texts.values()), names(allauths)
    lost = set()
    for name in texts:
        if OF_DJANGO.match(name) or included.fullmatch(name):
            continue
        bare = MAIL.sub("", name)
        if not OF_ALLAUTH.match(name):
            is_known = ours.fullmatch(name) or ours.fullmatch(bare)
        elif name.endswith(("_message.html", ".txt")):
            is_known = theirs.fullmatch(name) or theirs.fullmatch(bare) or ours.fullmatch(bare)
        else:
            is_known = name in routed or (name.startswith("allauth/layouts/") and theirs.fullmatch(name))
        if not is_known:
            lost.add(name)
    return lost


def test_every_template_is_rendered() -> None:
    allauths = [path.read_text() for path in Path(allauth.__path__[0]).rglob("*.py") if "tests" not in path.parts]
    extended = [path.read_text() for path in (Path(allauth.__path__[0]) / "templates").rglob("base_*.html")]
    routed = {*routed_templates(get_resolver().url_patterns), *CHOSEN}
    texts = templates()
    assert len(routed & texts.keys()) > 20
    assert unrendered(texts, sources().values(), [*allauths, *extended], routed) == set()
    assert CHOSEN.keys() <= texts.keys()


def test_control_a_template_that_nobody_renders_is_noticed() -> None:
    texts = dict.fromkeys(["a/page.html", "a/_part.html", "mail/a/new_1.html", "mail/a/old.html", "404.html"], "")
    texts |= {"account/on.html": '{% include "a/_part.html" %}', "account/off.html": ""}
    code = ['render(request, "a/page.html")', 'outbox.render(f"mail/a/new_{kind}", context)']
    assert unrendered(texts, code, [], {"account/on.html"}) == {"mail/a/old.html", "account/off.html"}
