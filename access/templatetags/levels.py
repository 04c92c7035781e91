"""Levels in templates, the bar of unsaved changes, and what was saved."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.changes import save as grants
from access.changes import save_bar as bar
from access.grants import consequences
from access.grants.models import SavedAct
from access.people.selection import Selection
from access.people.user_list import Filters
from access.seats import costs
from billing.seats import after_joining, seat_summary
from billing.seats.monthly_usage import Month
from orgs.tenancy.membership_models import Level
from orgs.tenancy.request import CompanyRequest

register = template.Library()

SECTIONS = {"users", "departments", "teams", "requests"}  # whose pages have levels to choose
IDLE = Filters(tab="full", active="idle")  # lists those whom `page_counts.idle` counts


@register.simple_tag
def level_word(value: str) -> str | Promise:
    """`Full access` or `Read only`."""
    return Level(value).label


@register.simple_tag
def level(value: str) -> SafeString:
    """The same with its dot, so that the two differ in more than colour."""
    full = " level__dot--full" if value == Level.FULL else ""
    return format_html('<span class="level__dot{}" aria-hidden="true"></span>{}', full, Level(value).label)


@register.inclusion_tag("access/review/_save_bar_slot.html", takes_context=True)
def save_bar(context: dict[str, Any]) -> dict[str, Any]:
    """The bar of whoever looks at a page with levels, above its bottom.

    Lists pass theirs on as `bar`; for other pages it is read here: one statement when nothing is staged.
    """
    request: CompanyRequest = context["request"]
    found = None
    if context["section"] in SECTIONS and not context.get("is_review"):
        found = context["bar"] if "bar" in context else _bar(request, context["month"])
    return {"bar": found, "company": request.org, "next": request.get_full_path()}


def _bar(request: CompanyRequest, month: Month | None) -> bar.Bar | None:
    return bar.find(request.org, bar.staged(request), month, now=request.now)


@register.simple_tag(takes_context=True)
def levels_note(context: dict[str, Any]) -> dict[str, str]:
    """When what is chosen counts; empty while Tracker is active."""
    request = context["request"]
    return consequences.note(request.org, request.now)


@register.inclusion_tag("access/review/_saved.html", takes_context=True)
def saved_act(context: dict[str, Any]) -> dict[str, Any]:
    """What the act that the URL names has saved; nothing without one."""
    request = context["request"]
    name = request.GET.get("saved", "")
    act = SavedAct.objects.filter(org=request.org, public_id=name).first() if name.isalnum() else None
    if act is None:
        return {}
    return {
        "act": act,
        "company": request.org,
        "takes_effect": consequences.takes_effect(request.org, request.now),
        "can_undo": not act.undone_at and request.now < act.at + grants.UNDONE_WITHIN,
    }


@register.simple_tag(takes_context=True)
def idle_seats(context: dict[str, Any], number: int, to_stage: int) -> seat_summary.Idle | None:
    """Those who have full access and do not use it, with what they cost and where they are listed.

    `to_stage`: for so many of them `Read only` can be staged, and is not yet.
    """
    request = context["request"]
    url = reverse("access:user_list", kwargs={"org": request.org.slug})
    fields = Selection(everybody=True, ids=[], filters=IDLE).fields if to_stage else []
    url = f"{url}?{urlencode(IDLE.values)}"
    return seat_summary.idle(request.org, request.now, people=number, url=url, fields=fields)


@register.simple_tag(takes_context=True)
def after_they_join(context: dict[str, Any], number: int) -> after_joining.AfterJoining | None:
    """What so many who are invited with full access will add."""
    return after_joining.for_number(context["request"].org, number, now=context["request"].now)


@register.simple_tag(takes_context=True)
def cost_of(context: dict[str, Any], number: int) -> costs.Cost:
    """What full access for so many people more would cost a month."""
    return costs.cost_of(context["request"].org, number, now=context["request"].now)
