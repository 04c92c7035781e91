"""Takes an import back: what it made is noted batch by batch, and deleted in the opposite order."""

from __future__ import annotations

import json
import operator
from functools import reduce
from typing import Any

from django.db.models import Q

from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.jobs.models import Job, JobPart
from orgs.lifecycle import tracker_content

MADE = "made"


def note(job: Job, issues: list[Issue]) -> None:
    """Remembers the issues of one batch, in its transaction."""
    made = json.dumps([issue.pk for issue in issues]).encode()
    JobPart.objects.create(org_id=job.org_id, job=job, name=MADE, content=made)


def take_back(job: Job) -> bool:
    """Deletes the last batch with all that hangs on its issues; True when nothing is left.

    A queue in which somebody has created an issue meanwhile stays.
    """
    part = JobPart.objects.filter(org=job.org_id, job=job, name=MADE).order_by("-pk").first()
    if part is None:
        used = Issue.objects.filter(org=job.org_id).values("queue_id")
        queues: Any = Queue.objects.filter(org=job.org_id, pk__in=job.cursor.get("queues", []))
        queues.exclude(pk__in=used).delete()
        job.done = 0
        return True
    issues = json.loads(bytes(part.content))
    for model in tracker_content.purge_list():
        if names := [field.name for field in model._meta.concrete_fields if field.related_model is Issue]:
            hanging = reduce(operator.or_, (Q(**{f"{name}__in": issues}) for name in names))
            model._default_manager.filter(hanging, org=job.org_id).delete()
    Issue.objects.filter(org=job.org_id, pk__in=issues).delete()
    job.done -= len(issues)
    part.delete()
    return False
