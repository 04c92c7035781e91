"""Creating and editing queues."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from issues.queues.models import Queue
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


class QueueFields(TypedDict, total=False):
    """A queue's settings."""

    name: str
    description: str
    lead: Membership
    default_type: str
    default_priority: str


@transaction.atomic
def create(*, org: Organization, key: str, actor: Membership, now: dt.datetime, **fields: Unpack[QueueFields]) -> Queue:
    """A queue; the actor leads it unless somebody else is named. Raises Refused when the key was ever given."""
    fields.setdefault("lead", actor)
    try:
        with transaction.atomic():
            queue: Queue = Queue.objects.create(org=org, key=key.upper(), created_at=now, **fields)
    except IntegrityError as error:
        if Queue.objects.of(org).filter(key=key.upper()).exists():
            raise Refused(_("Another queue has this key. A key is never given twice."), field="key") from error
        raise
    return queue


@transaction.atomic
def edit(*, queue: Queue, version: int, **fields: Unpack[QueueFields]) -> Queue:
    """Writes a queue's settings. Raises Refused when somebody changed them since `version`."""
    locked: Queue = Queue.objects.select_for_update().get(org=queue.org_id, pk=queue.pk)
    if locked.version != version:
        raise Refused(_("Somebody changed these settings meanwhile. Open the page again to see them."))
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])
    return locked
