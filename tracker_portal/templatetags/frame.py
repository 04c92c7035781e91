"""The frame around every page: the top panel with whoever is logged in, their company and the theme."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.rendering.addresses import page_address
from orgs.rendering.avatars import avatar
from orgs.rendering.fragments import Fragment
from orgs.rendering.icons import icon
from orgs.status.state_badge import StateBadge

register = template.Library()

TOP, MARK, THEME = (Fragment(f"components/_{name}.html") for name in ("top", "mark", "theme_switch"))
LIFE = {  # the badge's class and icon by its kind
    "trial": ("badge--accent", "hourglass"),
    "trial_last_week": ("badge--warn", "hourglass"),
    "read_only": ("badge--warn", "lock"),
    "read_only_last_week": ("badge--bad", "lock"),
    "debt": ("badge--bad", "circle-alert"),
}
COMPANY_PAGES = {
    "company_url": "tracker_portal:company",
    "issues_url": "issues:issue_list",
    "queues_url": "issues:queue_list",
    "people_url": "orgs:people",
    "search_url": "tracker_portal:search",
    "users_url": "access:user_list",
    "payer_url": "billing:payer",
    "tracker_url": "tracker_portal:tracker_settings",
    "export_url": "issues:tracker_export",
    "activity_url": "access:activity",
    "settings_url": "orgs:company_settings",
    "security_url": "tracker_portal:company_security",
}


@register.simple_tag
def product_mark(url: str = "") -> SafeString:
    """The product's mark, a link to the front page unless another one is named."""
    return MARK(url=url or page_address("home"))


@register.simple_tag(takes_context=True)
def theme_switch(context: Context, labelled: str = "theme-label") -> SafeString:
    """Light, dark or the system's choice; `labelled` is the id of its label, another one for the second of a page."""
    theme, request = context["theme"], context["request"]
    return THEME(
        csrf=csrf_field(context),
        next=request.get_full_path(),
        id=labelled,
        is_light=theme == "light",
        is_dark=theme == "dark",
    )


def csrf_field(context: Context) -> SafeString:
    """What `{% csrf_token %}` draws: one token for all forms of a page."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', context["csrf_token"])


@register.simple_tag(takes_context=True)
def top_panel(context: Context) -> SafeString:
    """The top panel, out of what `template_context.shell` knows and the page's `nav`."""
    company, me, nav = context["company"], context["me"], context.get("nav", "")
    membership = context["membership"]
    addresses = _addresses(company.slug, membership.public_id) if company else {}
    return TOP(
        **addresses,
        **_life(context["life"]),
        mark=product_mark(addresses.get("company_url", "")),
        name=me.full_name,
        email=me.email,
        avatar=avatar(me.full_name),
        theme_switch=theme_switch(context),
        csrf=csrf_field(context),
        support_email=context["support_email"],
        has_company=bool(company),
        on_issues=nav == "issues",
        on_queues=nav == "queues",
        on_people=nav == "people",
        is_administrator=bool(membership and membership.is_administrator),
        is_owner=bool(membership and membership.is_owner),
        has_support=bool(context["support_email"]),
    )


def _addresses(slug: str, member: str) -> dict[str, str]:
    pages = {name: page_address(view, org=slug) for name, view in COMPANY_PAGES.items()}
    return pages | {"own_url": page_address("orgs:colleague", org=slug, member=member)}


def _life(badge: StateBadge | None) -> dict[str, Any]:
    if badge is None:
        return {"has_life": False, "has_rest": False}
    css, name = LIFE[badge.kind]
    return {
        "life_class": css,
        "life_icon": icon(name, "small"),
        "life_short": badge.short,
        "life_rest": badge.rest,
        "has_life": True,
        "has_rest": bool(badge.rest),
    }
