"""What never changes in a template is drawn once for each language; everything else as Django draws it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as all_settings
from django.template import Context, Engine
from django.test import Client
from django.utils import translation

from orgs.rendering.loader import KEEPS_LINES, Constant, fold, is_constant, squeeze
from orgs.tenancy.membership_models import Membership

ENGINE = Engine(
    libraries={
        "i18n": "django.templatetags.i18n",
        "static": "django.templatetags.static",
        "ui": "tracker_portal.templatetags.ui",
    }
)


def folded(text: str) -> Any:
    template = ENGINE.from_string("{% load i18n static ui %}" + text)
    fold(template.nodelist)
    return template


CONSTANT = [
    "text",
    "{# a comment #}",
    "{% translate 'Yes' %}",
    "{% blocktranslate trimmed %}Yes{% endblocktranslate %}",
    "{% icon 'plus' 'small' %}",
    "{% sprite_url %}",
    "{% static 'js/app.js' %}",
]
CHANGING = [
    "{{ x }}",
    "{% translate x %}",
    "{% translate 'Yes' as y %}",
    "{% translate 'Yes' context x %}",
    "{% translate 'Yes'|lower %}",
    "{% blocktranslate with y=x %}Yes {{ y }}{% endblocktranslate %}",
    "{% blocktranslate %}Yes {{ x }}{% endblocktranslate %}",
    "{% icon x %}",
    "{% icon 'plus' as y %}",
    "{% avatar 'Anna' %}",
    "{% static x %}",
    "{% static 'js/app.js' as y %}",
    "{% csrf_token %}",
    "{% now 'Y' %}",
    "{% instant x %}",
]


@pytest.mark.parametrize("text", CONSTANT)
def test_constant_nodes_become_one(text: str) -> None:
    nodes = folded(f"a{text}b").nodelist
    assert len(nodes) == 1


@pytest.mark.parametrize("text", CHANGING)
def test_whatever_may_change_stays(text: str) -> None:
    template = ENGINE.from_string("{% load i18n static ui %}" + text)
    assert not is_constant(template.nodelist[-1])


def test_it_is_drawn_once_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    template = folded("{% translate 'No' %}!")
    asked = []
    inner = template.nodelist[0].nodes[-1]
    monkeypatch.setattr(inner, "render_annotated", lambda context: asked.append(context) or "!")
    for language in ("en", "de", "en", "de"):
        with translation.override(language):
            assert template.render(Context()) == {"en": "No!", "de": "Nein!"}[language]
    assert len(asked) == 2


def test_what_stands_inside_is_joined_too() -> None:
    template = folded(
        "{% if x %}{% translate 'Yes' %} {% else %}{% translate 'No' %} {% endif %}{% for y in x %}a{% icon 'plus' %}{% endfor %}"
    )
    found = template.nodelist.get_nodes_by_type(Constant)
    assert len(found) == 4  # with the line that loads the tags
    assert "Yes" in template.render(Context({"x": [1]}))


def test_an_address_is_that_of_its_arguments() -> None:
    template = folded(
        "{% url 'issues:issue' org=org key=key %}|{% url 'issues:issue_list' org=org as list %}{{ list }}"
    )
    for org, key in (("a", "A-1"), ("b", "A-1"), ("a", "A-2")):
        drawn = template.render(Context({"org": org, "key": key}))
        assert drawn == f"/o/{org}/issues/{key}/|/o/{org}/issues/"


def test_an_address_that_nobody_has_is_told_as_django_tells_it() -> None:
    with pytest.raises(Exception, match="NoReverseMatch|not found|Reverse for"):
        folded("{% url 'issues:issue' org=org %}").render(Context({"org": "a"}))
    assert folded("{% url 'issues:issue' org=org as x %}[{{ x }}]").render(Context({"org": "a"})) == "[]"


def test_indentation_is_taken_out_and_no_word_joins_another() -> None:
    template = ENGINE.from_string("<p>\n    one\n\n  <b>two</b>\n    {{ x }}\n  three four\n</p>\n")
    squeeze(template.nodelist)
    assert template.render(Context({"x": "a\n   b"})) == "<p>\none\n<b>two</b>\na\n   b\nthree four\n</p>\n"


@pytest.mark.parametrize("text", ["<pre>\n  a</pre>", "<textarea>\n  a</textarea>"])
def test_lines_that_count_stay(text: str) -> None:
    assert KEEPS_LINES.search(text)


PAGES = [
    "",
    "issues/",
    "issues/?tab=all&q=a",
    "queues/",
    "people/",
    "access/",
    "access/activity/",
    "tracker/settings/",
    "billing/payer/",
]
OF_EACH_ANSWER = re.compile(r'(name="csrfmiddlewaretoken" value|name="token" value|nonce)="[^"]*"')


@pytest.mark.django_db
def test_pages_are_what_django_draws(owner: Membership, login: Callable[[Membership], Client], settings: Any) -> None:
    def pages() -> list[str]:
        client = login(owner)
        answers = [client.get(f"/o/{owner.org.slug}/{page}", follow=True) for page in PAGES]
        # Indentation is taken out of ours, which nobody sees.
        return [" ".join(OF_EACH_ANSWER.sub("", answer.content.decode()).split()) for answer in answers]

    ours = pages()
    plain = [dict(all_settings.TEMPLATES[0])]
    plain[0]["OPTIONS"] = {**plain[0]["OPTIONS"], "loaders": plain[0]["OPTIONS"]["loaders"][0][1]}
    settings.TEMPLATES = plain
    assert pages() == ours
