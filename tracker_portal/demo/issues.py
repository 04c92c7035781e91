"""The demo's queues and issues with comments and a changelog, the same every time and without any mail."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from issues.catalogue import catalogue
from issues.following.models import Follower
from issues.issue import changelog
from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tracker_portal.demo import texts

HOUR = dt.timedelta(hours=1)
OPEN_STATUSES = ("open", "open", "open", "inProgress", "inProgress", "inReview", "needInfo", "blocked")
PRIORITIES = ("trivial", "minor", "minor", "normal", "normal", "normal", "normal", "critical", "critical", "blocker")
RESOLUTIONS = ("fixed", "fixed", "fixed", "wontFix", "duplicate", "later")


@dataclass
class Story:
    """What happens to one issue, oldest first; rows are written afterwards, all at once."""

    issue: Issue
    comments: list[Comment] = field(default_factory=list)
    moves: list[tuple[str, str, Membership, dt.datetime]] = field(default_factory=list)


def fill(org: Organization, people: list[Membership], *, now: dt.datetime, share: float = 1.0) -> int:
    """Fills the company with queues and issues; `share` of each queue. Returns the number of issues."""
    dice = random.Random(org.slug)  # noqa: S311  (the same demo every time)
    total = 0
    with company_scope(org.pk):
        for key, (name, about, first, last, *_) in texts.QUEUES.items():
            queue = queues.create(org=org, key=key, name=name, description=about, actor=people[0], now=org.created_at)
            numbers = range(first, first + max(1, int((last - first + 1) * share)))
            stories = [tell(queue, number, people, dice, now=now) for number in numbers]
            write(org, stories)
            Queue.objects.filter(org=org, pk=queue.pk).update(last_number=numbers[-1], issue_count=len(stories))
            total += len(stories)
    return total


def tell(queue: Queue, number: int, people: list[Membership], dice: random.Random, *, now: dt.datetime) -> Story:
    """One issue: pictured ones as in the pictures, the others by dice."""
    pictured = next((row for row in texts.PICTURED if queue.key == "ROB" and row[0] == number), None)
    age = dt.timedelta(hours=dice.randint(3, 17 * 24)) if pictured is None else (483 - number) * 6 * HOUR
    story = Story(_issue(queue, number, people, dice, created_at=now - age))
    if pictured:
        _, story.issue.summary, status, story.issue.priority, assignee, story.issue.tags = pictured
        story.issue.assignee = None if assignee is None else people[assignee % len(people)]
    else:
        status = dice.choice(OPEN_STATUSES) if dice.random() < 0.45 else catalogue.CLOSED
    _discuss(story, people, dice, age=age)
    _move(story, status, people, dice, age=age)
    return story


def _issue(
    queue: Queue, number: int, people: list[Membership], dice: random.Random, *, created_at: dt.datetime
) -> Issue:
    _, _, _, _, subjects, matters = texts.QUEUES[queue.key]
    is_stop = (queue.key, number) == ("ROB", 479)
    return Issue(
        org_id=queue.org_id,
        queue=queue,
        number=number,
        key=f"{queue.key}-{number}",
        type=dice.choice(("task", "task", "bug", "bug", "improvement")),
        summary=f"{dice.choice(subjects)}: {dice.choice(matters)}",
        description=texts.EMERGENCY_STOP if is_stop else dice.choice(texts.DESCRIPTIONS),
        priority=dice.choice(PRIORITIES),
        author=dice.choice(people[:40]),
        assignee=dice.choice(people[:40]) if dice.random() < 0.8 else None,
        due_on=(created_at + dt.timedelta(days=dice.randint(5, 40))).date() if dice.random() < 0.3 else None,
        tags=dice.sample(texts.TAGS, dice.choice((0, 0, 1, 1, 2))),
        created_at=created_at,
        updated_at=created_at,
    )


def _discuss(story: Story, people: list[Membership], dice: random.Random, *, age: dt.timedelta) -> None:
    issue = story.issue
    said = [(dice.choice(people[:40]), dice.choice(texts.COMMENTS)) for _ in range(dice.randint(0, 5))]
    if issue.description == texts.EMERGENCY_STOP:
        said = [(people[place % len(people)], text) for place, text in texts.EMERGENCY_STOP_COMMENTS]
    for step, (author, text) in enumerate(said, start=1):
        at = issue.created_at + age * (step / (len(said) + 2))
        story.comments.append(Comment(org_id=issue.org_id, issue=issue, author=author, text=text, created_at=at))
        issue.updated_at = at


def _move(story: Story, status: str, people: list[Membership], dice: random.Random, *, age: dt.timedelta) -> None:
    """Walks from open to the status by steps of the workflow."""
    issue, mover = story.issue, story.issue.assignee or dice.choice(people[:40])
    path = [] if status == catalogue.OPEN else [status]
    if status in ("inReview", catalogue.CLOSED):
        path.insert(0, "inProgress")
    for step, to in enumerate(path, start=1):
        at = issue.created_at + age * (0.15 + 0.7 * step / len(path))
        story.moves.append((issue.status, to, mover, at))
        issue.set_status(to)
        issue.version += 1
        issue.updated_at = max(issue.updated_at, at)
    if catalogue.is_done(issue.status):
        issue.resolution, issue.resolved_at = dice.choice(RESOLUTIONS), story.moves[-1][3]


def write(org: Organization, stories: list[Story]) -> None:
    """Writes issues, then what refers to them."""
    Issue.objects.bulk_create([story.issue for story in stories], batch_size=200)
    Comment.objects.bulk_create([comment for story in stories for comment in story.comments], batch_size=500)
    changes = sorted((change for story in stories for change in _changes(story)), key=lambda change: change.at)
    Change.objects.bulk_create(changes, batch_size=500)
    followers = {(story.issue.pk, person) for story in stories for person in _involved(story)}
    rows = [Follower(org=org, issue_id=issue, member_id=member) for issue, member in sorted(followers)]
    Follower.objects.bulk_create(rows, batch_size=1000)


def _changes(story: Story) -> Iterator[Change]:
    issue = story.issue
    yield Change(
        org_id=issue.org_id, issue=issue, author=issue.author, kind=ChangeKind.CREATED, at=issue.created_at, version=1
    )
    for version, (before, after, mover, at) in enumerate(story.moves, start=2):
        moved = [changelog.entry("status", before, after)]
        if catalogue.is_done(after):
            moved.append(changelog.entry("resolution", "", issue.resolution))
        yield Change(
            org_id=issue.org_id,
            issue=issue,
            author=mover,
            kind=ChangeKind.WORKFLOW,
            at=at,
            version=version,
            fields=moved,
        )
    for comment in story.comments:
        yield Change(
            org_id=issue.org_id,
            issue=issue,
            author=comment.author,
            kind=ChangeKind.COMMENTED,
            at=comment.created_at,
            version=issue.version,
            comment=comment,
        )


def _involved(story: Story) -> set[int]:
    people = {story.issue.author_id, *(comment.author_id for comment in story.comments)}
    return people | ({story.issue.assignee_id} if story.issue.assignee_id else set())
