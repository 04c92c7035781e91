"""The draft of an administrator: changes of access that are staged and not saved. It is kept for 24 hours."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.changes import change_preview
from access.changes.change_preview import ChangePreview
from access.grants import grantees
from access.grants.grantees import Key
from access.grants.models import Draft, SavedAct
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

KEPT = dt.timedelta(hours=24)
LOCK = """
INSERT INTO access_draft (org_id, author_id, token, changes, changed_at) VALUES (%s, %s, %s, '{}', %s)
ON CONFLICT (org_id, author_id) DO UPDATE SET author_id = EXCLUDED.author_id RETURNING *
"""
LONGEST = 2_000  # changes: more than a company has accounts, teams and departments


@dataclass(frozen=True)
class Staged:
    """A draft with its plan; `left_out`: how many were not staged."""

    draft: Draft
    plan: ChangePreview
    left_out: int


def current(org: Organization, author: Membership, *, now: dt.datetime) -> Draft | None:
    """The draft that counts; None when there is none, or it is too old."""
    draft: Draft | None = Draft.objects.filter(org=org, author=author, changed_at__gt=now - KEPT).first()
    return draft if draft and draft.changes else None


@transaction.atomic
def stage(
    *,
    org: Organization,
    levels: Mapping[Key, str],
    author: Membership,
    now: dt.datetime,
    seen: Mapping[Key, str] | None = None,
) -> Staged:
    """Adds changes; one that leads back to what is takes itself out.

    `seen` are the levels on the page that was sent, if they are known: another one of now is a conflict. Left out are
    people for whom a team or a department decides, and what the company does not have (any more). Raises Refused when
    there are too many.
    """
    with company_scope(org.pk):
        draft = _lock(org, author, now)
        found = grantees.load(org, {*levels, *map(change_preview.key, draft.changes)})
        free = [one for key, one in found.items() if key in levels and not one.is_locked]
        for target in free:
            _put(draft, target, levels[target.key], (seen or {}).get(target.key, target.level), now)
        if len(draft.changes) > LONGEST:
            raise Refused(_("That is more than fits into one act. Save what is staged first."))
        _keep(draft, now)
        plan = change_preview.preview(org, draft.changes, now=now, found=found)
    return Staged(draft, plan, len(levels) - len(free))


def met(draft: Draft) -> QuerySet[SavedAct]:
    """The last acts that other administrators have saved since the draft was changed."""
    others = SavedAct.objects.filter(org=draft.org_id, at__gt=draft.changed_at, undone_at=None)
    return others.exclude(actor=draft.author_id).select_related("actor__user").order_by("-at")[:3]


@transaction.atomic
def settle(*, org: Organization, name: str, mine: bool, author: Membership, now: dt.datetime) -> None:
    """Answers a conflict: `mine` goes on with the staged level over the one of now, else the change is taken out."""
    with company_scope(org.pk):
        draft = _lock(org, author, now)
        change = draft.changes.pop(name, None)
        key = change_preview.key(name)
        target = grantees.load(org, [key]).get(key) if change else None
        if change and mine and target:
            _put(draft, target, change["level"], target.level, now)
        _keep(draft, now)


@transaction.atomic
def discard(*, org: Organization, author: Membership) -> None:
    """Deletes the draft."""
    with company_scope(org.pk):
        Draft.objects.filter(org=org, author=author).delete()


def _lock(org: Organization, author: Membership, now: dt.datetime) -> Draft:
    """The author's draft, locked; a new one, or one that is too old, is empty. One statement."""
    draft: Draft = Draft.objects.raw(LOCK, [org.pk, author.pk, uuid.uuid4(), now])[0]
    if draft.changed_at <= now - KEPT:
        draft.changes = {}
    return draft


def _put(draft: Draft, target: grantees.Grantee, level: str, seen: str, now: dt.datetime) -> None:
    staged = draft.changes.get(target.code, {})
    was, at = staged.get("was", seen), staged.get("at", now.isoformat())
    if level in (was, target.level):
        draft.changes.pop(target.code, None)
    else:
        draft.changes[target.code] = {"level": level, "was": was, "at": at}


def _keep(draft: Draft, now: dt.datetime) -> None:
    """Saves it under a new name: a page that shows it as it was can no longer save it."""
    draft.token, draft.changed_at = uuid.uuid4(), now
    draft.save()
