"""Levels, and the rows that have them, in templates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.grants.access_column import Cell
from orgs.rendering.addresses import page_address
from orgs.rendering.avatars import avatar
from orgs.rendering.fragments import Fragment
from orgs.rendering.tags import tags
from orgs.rendering.times import ago
from orgs.tenancy.membership_models import Level, Membership

register = template.Library()

LEVEL = Fragment("access/review/_level.html")
USER = Fragment("access/people/_user_row.html")


@register.simple_tag
def level_word(value: str) -> str | Promise:
    """`Full access` or `Read only`."""
    return Level(value).label


@register.simple_tag
def level(value: str) -> SafeString:
    """The same with its dot, so that the two differ in more than colour."""
    full = " level__dot--full" if value == Level.FULL else ""
    return format_html('<span class="level__dot{}" aria-hidden="true"></span>{}', full, Level(value).label)


@register.simple_tag
def level_cell(cell: Cell, name: str, why_url: str = "") -> SafeString:
    """The level of a person, team or department with this name: a selector of the form #levels, or what decides."""
    return LEVEL(
        name=name,
        field=cell.name,
        own=cell.own,
        group=cell.group.name if cell.group else "",
        url=why_url,
        seats=cell.seats,
        is_locked=bool(cell.group),
        has_why=bool(why_url),
        is_staged=cell.is_staged,
        is_full=cell.is_full,
        has_seats=bool(cell.seats),
        is_held=cell.is_held,
    )


@register.simple_tag
def user_row(person: Any, org: str, asking: Membership, now: dt.datetime, picks: bool) -> SafeString:
    """A row of `access.people.user_list`, as `asking` sees it in the company with the slug `org`."""
    name, is_own, is_blocked = person.name, person.pk == asking.pk, person.blocked_at is not None
    url = page_address("access:user", org=org, member=person.public_id)
    cell = person.cell
    return USER(
        name=name,
        public_id=person.public_id,
        url=url,
        email=person.user.email,
        department=person.department.name,
        avatar=avatar(name),
        teams=tags(person.team_names),
        active=ago(person.last_active_at, now),
        access=level_cell(cell, name, f"{url}why/") if picks and not is_blocked else "",
        picks=bool(picks),
        has_teams=bool(person.team_names),
        is_own=is_own,
        is_idle=bool(person.is_idle),
        is_owner=person.is_owner,
        is_administrator=person.is_administrator,
        is_blocked=is_blocked,
        is_former=person.ended_at is not None,
        asks_first=is_own and cell.own == Level.FULL and not cell.group,
    )
