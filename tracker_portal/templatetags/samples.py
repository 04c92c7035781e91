"""Examples for the style guide: what the components show when no company is at hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.contrib.messages import constants
from django.utils.safestring import SafeString

from access.requests.forms import AskForm
from access.wall.own_request_page import OwnRequest
from users.input.field_errors import Form

register = template.Library()

DAY = dt.timedelta(days=1)
HALF = 30  # days of the trial, and of the time after it


@dataclass(frozen=True)
class Person:
    name: str
    last_active_at: dt.datetime | None


@dataclass(frozen=True)
class Message:
    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


class ExampleForm(Form):
    """A field of every kind; bound to nothing useful it shows all of its errors."""

    name = forms.CharField(label="Name", help_text="As colleagues know you.")
    email = forms.EmailField(label="Email address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput, help_text="At least 10 characters.")
    queue = forms.ChoiceField(label="Queue", choices=[("", "Choose a queue"), ("ROB", "Robotics")])
    about = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    level = forms.ChoiceField(
        label="Access", widget=forms.RadioSelect, choices=[("read_only", "Read only"), ("full", "Full access")]
    )
    agree = forms.BooleanField(label="I understand that 312 people lose access at once")


def _ticks(today: int | None) -> list[str]:
    def tick(number: int) -> str:
        names = ["trial" if number < HALF else "read-only"]
        if today is not None and number < today:
            names.append("past")
        if number == today:
            names.append("today")
        if number == 2 * HALF - 1:
            names.append("end")
        return " ".join(names)

    return [tick(number) for number in range(2 * HALF)]


def _ruler(now: dt.datetime, today: int | None) -> dict[str, Any]:
    start = now - (today or 0) * DAY
    return {
        "ticks": _ticks(today),
        "today": today,
        "starts_at": start,
        "trial_ends_at": start + HALF * DAY,
        "deletion_at": start + 2 * HALF * DAY,
    }


@register.simple_tag
def samples(now: dt.datetime) -> dict[str, Any]:
    """Everything the style guide shows."""
    wrong = {"name": "", "email": "anna", "level": "full"}
    return {
        "form": ExampleForm(auto_id="ok_%s", initial={"name": "Maya", "level": "read_only"}),
        "wrong_form": ExampleForm(wrong, auto_id="wrong_%s"),
        "messages": [
            Message(constants.DEFAULT_TAGS[constants.SUCCESS], "Saved. 49 users have Full access from 5 Dec."),
            Message(constants.DEFAULT_TAGS[constants.INFO], "We sent a code to anna@northwind.example."),
            Message(constants.DEFAULT_TAGS[constants.WARNING], "Tracker becomes Read only in 3 days."),
            Message(constants.DEFAULT_TAGS[constants.ERROR], "Not saved: Nikolai changed this 1 minute ago."),
        ],
        "refusal": {
            "sentence": "The Tracker trial at Northwind Robotics ended on 5 Dec 2026.",
            "administrators": [
                Person("Anna Petrova", now - dt.timedelta(minutes=2)),
                Person("Nikolai Sokolov", now - DAY),
                Person("Keiko Tanaka", None),
            ],
            "own": OwnRequest(None, may_ask=True, may_give=False, waits=False, told="Anna and 2 others"),
            "form": AskForm(auto_id="ask_%s"),
        },
        "company": {"slug": "northwind"},
        "trial": _ruler(now, 18),
        "read_only": _ruler(now, 40),
        "preview": _ruler(now, None),
        "phases": [
            {
                "kind": "trial",
                "title": "Free trial",
                "when": "5 Nov to 5 Dec",
                "text": "All employees work without restrictions.",
                "current": True,
            },
            {
                "kind": "read-only",
                "title": "Read only",
                "when": "From 5 Dec",
                "text": "Free for everyone. Only people with Full access can change issues.",
            },
            {
                "kind": "deleted",
                "title": "Data deleted",
                "when": "4 Jan 2027, if no subscription is active",
                "text": "Cannot be undone. Export stays available until then.",
            },
        ],
        "steps": [
            {"title": "Choose who gets Full access", "text": "47 users, $164.50 a month.", "done": True},
            {
                "title": "Enter payment details",
                "text": "As an individual or legal entity.",
                "url": "#steps",
                "action": "Payment details management",
                "primary": True,
            },
            {"title": "Top up the balance", "text": "$0.00 now. $164.50 covers one month."},
        ],
        "tabs": [
            {"url": "#tabs", "label": "Unresolved", "count": 41, "current": True},
            {"url": "#tabs", "label": "Mine", "count": 4},
            {"url": "#tabs", "label": "All", "count": 128},
        ],
        "menu": [
            {"url": "#menus", "label": "Copy link", "icon": "link"},
            {"url": "#menus", "label": "Export", "icon": "download"},
        ],
        "pager": {"previous_url": "#pager", "next_url": "#pager"},
        "statuses": ["open", "inProgress", "inReview", "needInfo", "blocked", "closed"],
        "priorities": ["trivial", "minor", "normal", "critical", "blocker"],
        "people": ["Anna Petrova", "Benjamin Osei", "Carla Mendes", "Daniel Novák", "Elif Yılmaz", "Иван Соколов"],
        "html": SafeString("<p>Shielded cables arrive on Thursday. I will retest on <code>arm-3</code>.</p>"),
        "hour_ago": now - dt.timedelta(hours=1),
        "yesterday": now - DAY,
        "long_ago": now - 400 * DAY,
    }
