"""The activity of an issue: its changelog, in which a comment shows its text. Oldest first, the latest page first."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.safestring import SafeString

from issues.following.models import Follower
from issues.issue import change_texts
from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import HEADING
from issues.issue.models import Issue
from issues.text import markdown
from orgs.lists.page_statements import PageStatements
from orgs.lists.paging import paginate
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.accounts.models import full_name
from users.database.statements import AnyOf, Given, Statement

COLUMNS = ("id", "at", "kind", "fields", "author_id", "comment_id", "comment__text", "comment__text_html")
ORDER = ("-at", "-id")
SHOWN_FOLLOWERS = 3
ICONS = {ChangeKind.CREATED: "plus", ChangeKind.UPDATED: "pencil"}


OF_ISSUE = {"org": Given("org", models.BigIntegerField()), "issue": Given("issue", models.BigIntegerField())}
CHANGES = PageStatements(lambda: Change.objects.filter(**OF_ISSUE), COLUMNS)
FOLLOWERS = Statement(lambda: Follower.objects.filter(**OF_ISSUE).order_by("id").values_list("member_id"))
NAMES = Statement(
    lambda: Membership.objects.filter(
        AnyOf(F("id"), Given("members", ArrayField(models.BigIntegerField()))), org=OF_ISSUE["org"]
    ).values_list("id", "user__first_name", "user__last_name", "user__email")
)


@dataclass(frozen=True)
class Event:
    """One entry: a comment with `html`, or an act with `icon` and `text`."""

    id: int
    at: dt.datetime
    author: str
    html: SafeString | None
    icon: str
    text: SafeString | str

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"


@dataclass(frozen=True)
class Activity:
    """What the issue's page shows besides the issue itself. People are names; `assignee` is empty for none."""

    events: list[Event]
    earlier_url: str
    later_url: str
    followers: int
    first_followers: list[str]
    is_following: bool
    author: str
    assignee: str

    @property
    def count(self) -> int | None:
        """How many entries there are, when all of them are on the page."""
        return None if self.earlier_url or self.later_url else len(self.events)


def activity_of(request: CompanyRequest, issue: Issue) -> Activity:
    """The page of the activity that the request's cursor asks for, the latest without one. Three statements."""
    often = CHANGES.of(org=issue.org_id, issue=issue.pk)
    page = paginate(Change.objects.all(), request, keys=ORDER, often=often)
    rows = [row | {"fields": json.loads(row["fields"])} for row in page.rows[::-1]]
    following = [member for (member,) in FOLLOWERS.rows(org=issue.org_id, issue=issue.pk)]
    names = _names(request.org.pk, _people(issue, rows) | set(following[:SHOWN_FOLLOWERS]))
    return Activity(
        events=[_event(row, names) for row in rows],
        earlier_url=page.next_url,
        later_url=page.previous_url,
        followers=len(following),
        first_followers=[names[member] for member in following[:SHOWN_FOLLOWERS]],
        is_following=request.membership.pk in following,
        author=names[issue.author_id],
        assignee=names[issue.assignee_id] if issue.assignee_id else "",
    )


def _people(issue: Issue, rows: list[dict[str, Any]]) -> set[int]:
    people = {issue.author_id, issue.assignee_id, *(row["author_id"] for row in rows)} - {None}
    return people.union(*(change_texts.people(row["fields"]) for row in rows))


def _names(org_id: int, member_ids: set[int]) -> dict[int, str]:
    rows = NAMES.rows(org=org_id, members=list(member_ids))
    return {member: full_name(*name) for member, *name in rows}


def _event(row: dict[str, Any], names: change_texts.Names) -> Event:
    is_comment = row["comment_id"] is not None
    return Event(
        id=row["comment_id"] or row["id"],
        at=row["at"],
        author=names[row["author_id"]],
        html=_html(row) if is_comment else None,
        icon=_icon(row),
        text="" if is_comment else change_texts.act(row["kind"], row["fields"], names),
    )


def _html(row: dict[str, Any]) -> SafeString:
    return markdown.kept_or_rendered(row["comment__text"], row["comment__text_html"], heading=HEADING)


def _icon(row: dict[str, Any]) -> str:
    if row["kind"] == ChangeKind.WORKFLOW:
        return next((f"status-{entry['to']}" for entry in row["fields"] if entry["field"] == "status"), "circle")
    return ICONS.get(row["kind"], "circle")
