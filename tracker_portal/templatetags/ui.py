"""Tags of the interface: icons, avatars, times and form controls. They escape whatever comes from people."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.forms.widgets import Input
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orgs.rendering.avatars import avatar
from orgs.rendering.icons import icon, sprite_url
from orgs.rendering.timeline import comment_event, timeline_event
from orgs.rendering.times import ago, day, instant
from users.accounts import addresses

register = template.Library()
for tag in (icon, sprite_url, avatar, instant, day, ago, timeline_event, comment_event):
    register.simple_tag(tag)

TYPING_PAUSE = 300  # ms without a key before a search is asked
BESIDE_THE_LIST = "#list-tabs,#list-chips,#list-count,#list-export"


@register.simple_tag
def while_typing(url: str, also: str = "") -> SafeString:
    """Attributes of a list's search form: the field #q asks after a pause, `also` (events of the form) at once.

    The list (#list) and what leads to the same list otherwise (its tabs, chips, count and export) come out of the
    answer; the field stays as it is. Without JavaScript the form is a plain one.
    """
    triggers = ", ".join([f"input changed delay:{TYPING_PAUSE}ms from:#q", *also.split()])
    return format_html(
        'hx-get="{}" hx-trigger="{}" hx-target="#list" hx-select="#list" hx-select-oob="{}" hx-swap="outerHTML"'
        ' hx-push-url="true" hx-sync="this:replace" data-failed="{}"',
        url,
        triggers,
        BESIDE_THE_LIST,
        _("The list could not be loaded: no connection. Change the search to try again."),
    )


WIDGET_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, ""),
    (forms.Textarea, "input input--area"),
    (forms.Select, "input input--select"),
    (Input, "input"),
)


@register.simple_tag
def control(
    field: BoundField, placeholder: str | None = None, hint: str = "", focus: bool = False, unhinted: bool = False
) -> SafeString:
    """The widget of a bound field with the class its kind has.

    `placeholder` replaces the widget's own, an empty one removes it. `hint` is one that stands in for a missing help
    text, at the same id; `unhinted` drops the field's own. Help and error are announced with the control. `focus`: the
    page opens with the cursor here.
    """
    field.help_text = "" if unhinted else field.help_text  # what is not on the page must not be referred to
    attrs: dict[str, str | bool] = {"class": _widget_class(field) or False}
    if focus:
        attrs["autofocus"] = True
    if placeholder is not None:
        attrs["placeholder"] = placeholder or False
    if hint and not field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}_helptext {field.aria_describedby or ''}".strip()
    return field.as_widget(attrs=attrs)


def _widget_class(field: BoundField) -> str:
    widget = field.field.widget
    kind = next((name for base, name in WIDGET_CLASSES if isinstance(widget, base)), "")
    own = str(widget.attrs.get("class", ""))
    return f"{kind} {own}".strip()


WIDGET_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.PasswordInput, "password"),
)


@register.filter
def kind(field: BoundField) -> str:
    """Which part of `_field.html` draws this field: checkbox, choices, password or text."""
    return next((name for base, name in WIDGET_KINDS if isinstance(field.field.widget, base)), "text")


@register.filter
def readable(email: str) -> str:
    """An email address with its domain as people write it."""
    return addresses.readable(email)


@register.filter
def failing(form: forms.BaseForm) -> list[BoundField]:
    """The fields of a form that have errors, in their order."""
    return [field for field in form if field.errors]
