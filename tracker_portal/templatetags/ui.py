"""Tags of the interface: icons, avatars, times and form controls. They escape whatever comes from people."""

from __future__ import annotations

import datetime as dt

from django import forms, template
from django.forms import BoundField
from django.forms.widgets import Input
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.rendering.avatars import avatar
from orgs.rendering.icons import icon, sprite_url
from users.accounts import addresses

register = template.Library()
for tag in (icon, sprite_url, avatar):
    register.simple_tag(tag)

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
WEEK = 7  # days
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


def _time(value: dt.date, text: str, title: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), title, text)


def _instant_text(local: dt.datetime) -> str:
    return f"{_day_text(local)}, {date_format(local, 'H:i')}"


def _day_text(value: dt.date) -> str:
    return date_format(value, "j M Y")


@register.simple_tag
def instant(value: dt.datetime | None) -> SafeString | str:
    """Date and time in the reader's time zone, which the title names; a dash for None."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    text = _instant_text(local)
    return _time(local, text, f"{text} {timezone.get_current_timezone_name()}")


@register.simple_tag
def day(value: dt.date | None) -> SafeString | str:
    """The date; that of an instant in the reader's time zone; a dash for None."""
    if value is None:
        return "—"
    if not isinstance(value, dt.datetime):
        return _time(value, _day_text(value), _day_text(value))
    local = timezone.localtime(value)
    return _time(local, _day_text(local), f"{_instant_text(local)} {timezone.get_current_timezone_name()}")


@register.simple_tag
def ago(value: dt.datetime | None, now: dt.datetime, inside: bool = False) -> SafeString | str:
    """How long ago, in few words, with the instant as the title; `Never` for None. `inside`: within a sentence."""
    if value is None:
        return _("Never")
    local = timezone.localtime(value)
    title = f"{_instant_text(local)} {timezone.get_current_timezone_name()}"
    text = _ago_text(local, timezone.localtime(now))
    small = {_("Just now"): _("just now"), _("Yesterday"): _("yesterday")} if inside else {}
    return _time(local, small.get(text, text), title)


def _ago_text(then: dt.datetime, now: dt.datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    days = (now.date() - then.date()).days
    if seconds < MINUTE:
        return _("Just now")
    if seconds < HOUR:
        return ngettext("%d min ago", "%d min ago", seconds // MINUTE) % (seconds // MINUTE)
    if days == 0:
        return ngettext("%d hour ago", "%d hours ago", seconds // HOUR) % (seconds // HOUR)
    if days == 1:
        return _("Yesterday")
    if days < WEEK:
        return ngettext("%d day ago", "%d days ago", days) % days
    return date_format(then, "j M") if then.year == now.year else _day_text(then)


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
