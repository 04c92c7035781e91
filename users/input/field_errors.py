"""What is said of a field that is wrong: it names the field, where the form has no better words of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.fields import (
    CharField,
    ChoiceField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    MultipleChoiceField,
)
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Words = dict[str, Any]  # lazy texts

# Of each kind of field, by the code of the error; the kinds below it have its words, too.
WORDS: dict[type[forms.Field], Words] = {
    forms.Field: {"required": _("“{label}” is empty.")},
    CharField: {
        "required": _("“{label}” is empty. Fill it in."),
        "max_length": _("“{label}” has %(show_value)d characters. Use %(limit_value)d at most."),
        "min_length": _("“{label}” has %(show_value)d characters. Use %(limit_value)d at least."),
        "null_characters_not_allowed": _("“{label}” holds a sign that cannot be kept. Type it again."),
    },
    EmailField: {"invalid": _("“{label}” is no email address. Enter one such as name@company.com.")},
    ChoiceField: {
        "required": _("Choose something for “{label}”."),
        "invalid_choice": _("“{label}” is none of those to choose from. Choose one from the list."),
    },
    MultipleChoiceField: {"invalid_list": _("“{label}” is none of those to choose from. Choose from the list.")},
    forms.ModelChoiceField: {
        "required": _("Choose something for “{label}”."),
        "invalid_choice": _("“{label}” is none of those to choose from. Choose one from the list."),
    },
    IntegerField: {
        "invalid": _("“{label}” is no whole number. Enter one such as 10."),
        "max_value": _("“{label}” can be %(limit_value)s at most."),
        "min_value": _("“{label}” can be %(limit_value)s at least."),
    },
    DateField: {"invalid": _("“{label}” is no date. Enter one such as 2026-12-31.")},
    FileField: {
        "required": _("Choose a file for “{label}”."),
        "invalid": _("The file for “{label}” did not arrive. Choose it again."),
        "missing": _("The file for “{label}” did not arrive. Choose it again."),
        "empty": _("The file for “{label}” is empty. Choose another one."),
        "max_length": _("The name of the file for “{label}” has %(length)d characters. Use %(max)d at most."),
    },
}


class NamedErrors:
    """Before a form among the bases of a class: its fields say by their names what is wrong with them."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            name_errors(field, field.label or name)
        super().full_clean()  # type: ignore[misc]  # a form, too


class Form(NamedErrors, forms.Form):
    """What every form of ours is made of."""


def name_errors(field: forms.Field, label: str | Promise) -> None:
    """Gives a field its words for each code for which its form has none."""
    bare = {code: words for kind in reversed(type(field).__mro__) for code, words in _djangos(kind).items()}
    for kind in reversed(type(field).__mro__):
        for code, words in WORDS.get(kind, {}).items():
            if field.error_messages.get(code) == bare.get(code):
                bare[code] = field.error_messages[code] = format_lazy(words, label=label)


def _djangos(kind: type) -> Words:
    """What Django says by itself."""
    is_djangos = kind.__module__.startswith("django.")
    return vars(kind).get("default_error_messages", {}) if is_djangos else {}
