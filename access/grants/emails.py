"""Mails to people whose access changed: who did it, because of what, and what it means. One an act and person.

They are written with the act and go out a few minutes later, so that a mistake undone at once is told to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from access.grants import consequence_texts
from access.grants.effective_access import Standing
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.mail.outbox import Letter
from orgs.people.models import Department, Team
from orgs.tenancy.ids import random_id
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

HELD_BACK = dt.timedelta(minutes=5)
KEY = "access-changed:"


@dataclass(frozen=True)
class Telling:
    """`act` names what is told, so that it can be taken back; `untold` hear nothing (membership ids)."""

    act: str = ""
    untold: frozenset[int] = frozenset()


EVERYBODY = Telling()


def post(
    org: Organization,
    *,
    gained: Sequence[Standing],
    lost: Sequence[Standing],
    actor: Membership | None,
    now: dt.datetime,
    telling: Telling,
) -> None:
    """Writes the mails of one act; with nobody as its actor (somebody joined) there is nothing to tell.

    Who did it needs no mail about it; who waited has the answer, and who is blocked nothing to do here. Three
    statements read what it takes, however many people there are.
    """
    if actor is None:
        return
    quiet = {*telling.untold, actor.pk}
    changes = [("gained", each, each.because) for each in gained if each.pk not in quiet and not each.waits]
    changes += [("taken", each, each.because_of_lost) for each in lost if each.pk not in quiet and each.counts]
    if changes:
        _post(org, changes, actor=actor, now=now, act=telling.act or random_id())


def recall(org: Organization, act: str) -> Telling:
    """Takes back the mails of an act that have not gone out; whom they were for need not hear that it was undone."""
    waiting = Mail.objects.filter(org=org, key__startswith=f"{KEY}{act}:", sent_at=None)
    people = frozenset(int(key.rpartition(":")[2]) for key in waiting.values_list("key", flat=True))
    waiting.delete()
    return Telling(untold=people)


def _post(
    org: Organization, changes: Sequence[tuple[str, Standing, str]], *, actor: Membership, now: dt.datetime, act: str
) -> None:
    """A letter for each way in which access changed, a copy for each person."""
    names = _names(org, {because for _kind, _each, because in changes})
    people = Membership.objects.filter(org=org, pk__in=[each.pk for _kind, each, _because in changes])
    addresses = dict(people.values_list("pk", "user__email"))
    ways: dict[tuple[str, str], dict[str, str]] = {}
    for kind, each, because in changes:
        ways.setdefault((kind, because), {})[f"{KEY}{act}:{each.pk}"] = addresses[each.pk]
    for (kind, because), copies in ways.items():
        letter = _letter(org, kind, names.get(because, ""), actor, now)
        outbox.post_copies(org, copies, letter=letter, now=now, not_before=now + HELD_BACK)


def _letter(org: Organization, kind: str, group: str, actor: Membership, now: dt.datetime) -> Letter:
    with wording.spoken(org):
        page = "access:access_ask" if kind == "taken" else "issues:issue_list"
        context = {
            "org": org,
            "giver": actor.name,
            "group": group,
            "takes_effect": consequence_texts.takes_effect(org, now),
            "url": f"{settings.ORIGIN}{reverse(page, args=[org.slug])}",
        }
        return outbox.render(f"mail/access/grants/access_{kind}", context)


def _names(org: Organization, causes: Iterable[str]) -> dict[str, str]:
    """What the teams and departments among the causes (`team:<public id>`) are called."""
    wanted: dict[str, list[str]] = {"team": [], "department": []}
    for because in causes:
        kind, _sign, public_id = because.partition(":")
        if public_id:
            wanted[kind].append(public_id)
    words = {"team": _("the team %(name)s"), "department": _("the department %(name)s")}
    return {
        f"{kind}:{public_id}": words[kind] % {"name": name}
        for kind, model in (("team", Team), ("department", Department))
        if wanted[kind]
        for public_id, name in model.objects.filter(org=org, public_id__in=wanted[kind]).values_list(
            "public_id", "name"
        )
    }
