"""Levels in templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.tenancy.membership_models import Level

register = template.Library()


@register.simple_tag
def level_word(value: str) -> str | Promise:
    """`Full access` or `Read only`."""
    return Level(value).label


@register.simple_tag
def level(value: str) -> SafeString:
    """The same with its dot, so that the two differ in more than colour."""
    full = " level__dot--full" if value == Level.FULL else ""
    return format_html('<span class="level__dot{}" aria-hidden="true"></span>{}', full, Level(value).label)
