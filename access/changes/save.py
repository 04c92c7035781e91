"""Grants: giving and taking full access, one act for any number of people, teams and departments, and its undoing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.changes import change_preview
from access.changes.change_preview import ChangePreview
from access.grants import emails as access_letters
from access.grants.effective_access import Changes
from access.grants.emails import Telling
from access.grants.models import KINDS, Draft, Grant, SavedAct
from access.seats import seats
from orgs.audit.audit import Entry
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization

UNDONE_WITHIN = dt.timedelta(minutes=30)


class StalePreview(Refused):
    """What would be saved is no longer what was shown; the administrator looks again."""

    def __init__(self) -> None:
        super().__init__(_("Access changed meanwhile. Look at the changes again, then save."))


@transaction.atomic
def save(*, org: Organization, token: UUID, shown: str, actor: Membership, now: dt.datetime) -> str:
    """Saves the staged changes as one act; sent again, it answers the act that was saved: its public id.

    `shown` is the digest of the plan that the administrator saw. Raises StalePreview when it is another one now, or
    somebody changed the same people, NoSeat when the company may not raise its seats so far, Refused when nothing is
    staged.
    """
    with administering(org.pk, actor) as org:
        draft = Draft.objects.filter(org=org, author=actor, token=token).first()
        if draft is None or not draft.changes:
            return _saved(org, token)
        plan = change_preview.preview(org, draft.changes, now=now)
        if plan.conflicts or plan.digest != shown:
            raise StalePreview
        act = _act(org, plan, token=token, actor=actor, now=now)
        _write(org, plan, ("access.save", "", _summary(plan)), actor=actor, now=now, telling=Telling(act.public_id))
        act.save()
        Draft.objects.filter(org=org, pk=draft.pk).delete()
    return act.public_id


@transaction.atomic
def undo(*, org: Organization, public_id: str, actor: Membership, now: dt.datetime) -> SavedAct:
    """Takes an act back as a whole, within 30 minutes. Raises Refused when a part of it was changed again since."""
    with administering(org.pk, actor) as org:
        act: SavedAct = SavedAct.objects.get(org=org, public_id=public_id)
        if act.undone_at:
            return act
        if now >= act.at + UNDONE_WITHIN:
            raise Refused(_("An act can be undone for 30 minutes. Change the access instead."))
        staged = {name: {"level": change["was"], "was": change["level"]} for name, change in act.changes.items()}
        plan = change_preview.preview(org, staged, now=now)
        if plan.gone or any(line.target.level != line.was or line.is_locked for line in plan.lines):
            raise Refused(_("Somebody changed a part of it since, so it cannot be undone as a whole."))
        telling = access_letters.recall(org, act.public_id)
        _write(org, plan, ("access.undo", "", _summary(plan)), actor=actor, now=now, telling=telling)
        act.undone_at = now
        act.save(update_fields=["undone_at"])
    return act


@transaction.atomic
def set_level(*, member: Membership, level: Level, actor: Membership, now: dt.datetime) -> Membership:
    """Gives one person full access, or takes it. Raises NoSeat, and Refused when a team or a department decides."""
    with administering(member.org_id, actor) as org:
        plan = change_preview.preview(org, {f"member:{member.public_id}": {"level": level, "was": ""}}, now=now)
        if not plan.written:
            raise Refused(_("A team or a department decides for this person."))
        _write(org, plan, ("access.save", "", _summary(plan)), actor=actor, now=now)
    member.refresh_from_db()
    return member


def _saved(org: Organization, token: UUID) -> str:
    """The act that this draft became. Raises Refused when it became none."""
    done: str | None = SavedAct.objects.filter(org=org, token=token).values_list("public_id", flat=True).first()
    if done is None:
        raise Refused(_("Nothing is staged. The changes were saved or discarded in another tab."))
    return done


def _act(org: Organization, plan: ChangePreview, *, token: UUID, actor: Membership, now: dt.datetime) -> SavedAct:
    changes = {line.target.code: {"level": line.level, "was": line.target.level} for line in plan.written}
    return SavedAct(
        org=org,
        token=token,
        actor=actor,
        at=now,
        changes=changes,
        seats_before=plan.seats_before,
        seats_after=plan.seats_after,
    )


def _write(
    org: Organization,
    plan: ChangePreview,
    event: Entry,
    *,
    actor: Membership,
    now: dt.datetime,
    telling: Telling = access_letters.EVERYBODY,
) -> None:
    """Writes the grants of a plan and what follows from them. Raises NoSeat.

    `event` is what the act is called, as `audit.record_all` takes it; what it was done to follows it.
    """
    if plan.missing:
        raise seats.NoSeat(plan.missing)
    _write_grants(org, plan.grants, actor=actor, now=now)
    entries = [event]
    for line in plan.written:
        entries.append(("access.set", line.target.public_id, {"from": line.target.level, "to": line.level}))
    seats.apply(org, plan.people, actor=actor, now=now, entries=entries, may_wait=False, telling=telling)


def _write_grants(org: Organization, levels: Changes, *, actor: Membership, now: dt.datetime) -> None:
    """The levels that people, teams and departments are given, with one statement for each kind that is among them."""
    for kind in KINDS:
        rows = [
            Grant(org=org, level=level, set_by=actor, set_at=now, **{f"{kind}_id": target})
            for (found, target), level in levels.items()
            if found == kind
        ]
        Grant.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["org", kind], update_fields=["level", "set_by", "set_at"]
        )


def _summary(plan: ChangePreview) -> dict[str, Any]:
    """What the trail keeps of an act: numbers of changes and seats, monthly totals in minor units."""
    return {
        "changes": len(plan.written),
        "seats_from": plan.seats_before,
        "seats_to": plan.seats_after,
        "total_from": plan.total_before,
        "total_to": plan.total_after,
        "currency": plan.currency,
    }
