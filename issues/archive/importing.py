"""The job that imports an archive into an empty Tracker: check and take apart, then queues, then issues.

Every batch asks again whether the acting administrator may write. When a row does not fit, a right is gone or somebody
cancels, everything that was imported is taken back, batch by batch; what others did meanwhile in other issues stays.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from access.wall import rules
from issues.archive import layout, undoing, validate
from issues.archive.deserialize import Loaded, People, queue
from issues.archive.serialize import PEOPLE
from issues.following.models import Follower
from issues.issue.change_models import Change
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.audit import audit
from orgs.jobs import jobs
from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobPart
from orgs.lists import csv_export
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

KIND = "import"
UPLOAD = "upload"
CHUNK = validate.MB
AT_ONCE = 64 * validate.MB  # unpacked in one batch
LINES = 200  # issues in one batch
MOST_PEOPLE = 20_000
ROWS = 500  # in one INSERT


@transaction.atomic
def start(*, org: Organization, actor: Membership, key: str, archive: UploadedFile[Any], now: dt.datetime) -> Job:
    """Keeps the archive and starts its import; the wall has let the actor in. Raises Refused.

    What is asked here is asked for the person's sake: the stage `queues` asks again under the company's lock.
    """
    job, is_new = jobs.start(org=org, kind=KIND, actor=actor, key=key, now=now)
    if not is_new:
        return job
    if not is_empty(org):
        raise Refused(_("Tracker is not empty. An archive can only be imported while there is no queue."))
    if Job.objects.unfinished().filter(org=org, kind=KIND).exclude(pk=job.pk).exists():
        raise Refused(_("Another import is not finished yet."))
    for chunk in archive.chunks(CHUNK):
        JobPart.objects.create(org=org, job=job, name=UPLOAD, content=chunk)
    return job


def is_empty(org: Organization | int) -> bool:
    """No queue, and so no issue."""
    return not Queue.objects.filter(org=org).exists()


class Import(Runner):
    """Stages: unpack, queues, issues."""

    title = _("Import")
    fact = _("%(job)s finished")
    of_tracker = True
    undoes = True
    template = "issues/archive/_imported.html"

    def lock(self, job: Job) -> None:
        """While it is looked whether Tracker is empty, nobody writes; else as every product write."""
        if job.cursor.get("stage") == "queues":
            Organization.objects.lock(job.org_id)
        else:
            super().lock(job)
        Membership.objects.lock_shared(job.actor_id)

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        org, actor = Organization.objects.get(pk=job.org_id), Membership.objects.get(pk=job.actor_id)
        if not (actor.is_administrator and rules.may_write(org, actor, now)):
            raise Refused(_("Whoever started the import may not write in Tracker any more. It was taken back."))
        stage = job.cursor.get("stage", "unpack")
        if stage == "unpack":
            return self._unpack(job)
        if stage == "queues":
            return self._queues(job, org, actor, now)
        return self._issues(job)

    def _unpack(self, job: Job) -> bool:
        """Compares files with the manifest and keeps them as parts, so many at once as fit into the memory."""
        number, size = job.cursor.get("file", 0), 0
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            for content in _parts(job, UPLOAD).values_list("content", flat=True).iterator(chunk_size=1):
                file.write(content)
            archive = validate.Archive(file)
            while number < len(archive.entries) and size < AT_ONCE:
                entry = archive.entries[number]
                size += entry.size
                _keep(job, entry.name, archive.read(entry))
                number += 1
        job.cursor["file"] = number
        if number == len(archive.entries):
            _parts(job, UPLOAD).delete()
            job.total, job.result = archive.counts["issues"], dict.fromkeys(archive.counts, 0) | {"unknown": 0}
            job.cursor = {"stage": "queues"}
        return False

    def _queues(self, job: Job, org: Organization, actor: Membership, now: dt.datetime) -> bool:
        if not is_empty(org):
            raise Refused(_("Tracker is not empty. An archive can only be imported while there is no queue."))
        people, content = _people(job), bytes(_parts(job, layout.QUEUES).get().content)
        made = [queue(place, row, people) for place, row in validate.rows(content, layout.QUEUES)]
        _insert(Queue, made)
        audit.record(org, "tracker.import", actor=actor, now=now, target=job.public_id, data={"issues": job.total})
        job.cursor = {"stage": "issues", "queues": [found.pk for found in made]}
        _count(job, queues=len(made), people=len(people.names), unknown=people.unknown)
        return False

    def _issues(self, job: Job) -> bool:
        part = JobPart.objects.filter(org=job.org_id, job=job, name__startswith="issues-").order_by("pk").first()
        if part is None:
            if job.done != job.total:
                raise Refused(_("The archive is not complete: the manifest counts more issues."))
            return True
        queues = {found.key: found for found in Queue.objects.filter(org=job.org_id, pk__in=job.cursor["queues"])}
        loaded = Loaded(_people(job), queues)
        first = job.cursor.get(part.name, 1)
        for place, row in validate.rows(bytes(part.content), part.name, first):
            loaded.add(place, row)
        _insert_all(loaded)
        undoing.note(job, loaded.issues)
        job.cursor[part.name] = first + len(loaded.issues)
        job.done += len(loaded.issues)
        _count(job, unknown=loaded.people.unknown, issues=len(loaded.issues), comments=len(loaded.comments))
        _count(job, changes=len(loaded.changes), followers=len(loaded.followers))
        part.delete()
        return False

    def undo(self, job: Job, *, now: dt.datetime) -> bool:
        return undoing.take_back(job)


def _parts(job: Job, name: str) -> Any:
    return JobPart.objects.filter(org=job.org_id, job=job, name=name).order_by("pk")


def _keep(job: Job, name: str, content: bytes) -> None:
    """A file of issues as parts of so many lines as one batch takes, every other file whole."""
    pieces = [content]
    if layout.ISSUES.fullmatch(name):
        lines = content.splitlines(keepends=True)
        pieces = [b"".join(lines[start : start + LINES]) for start in range(0, len(lines), LINES)]
    for piece in pieces:
        JobPart.objects.create(org_id=job.org_id, job=job, name=name, content=piece)


def _people(job: Job) -> People:
    """Who of the archive is who here: by the id in this company, else by the address among the current members."""
    rows = _people_rows(bytes(_parts(job, layout.PEOPLE).get().content))
    here = Membership.objects.filter(org=job.org_id)
    by_id = dict(here.filter(public_id__in=[row[0] for row in rows]).values_list("public_id", "pk"))
    emails = [row[1].lower() for row in rows if row[0] not in by_id]
    by_email = dict(here.current().filter(user__email__in=emails).values_list("user__email", "pk"))
    members = {row[0]: by_id.get(row[0]) or by_email.get(row[1].lower()) for row in rows}
    names = {row[0]: f"{row[2]} {row[3]} ({row[1]})".strip() for row in rows}
    return People(job.org_id, job.actor_id, {key: pk for key, pk in members.items() if pk}, names)


def _people_rows(content: bytes) -> list[list[str]]:
    """The columns of people.csv, without its head. Raises Refused."""
    text = content.decode(errors="replace").replace("\x00", "")
    try:
        rows = [list(map(csv_export.plain, row)) for row in csv.reader(io.StringIO(text))][1:]
    except csv.Error as error:
        raise Refused(_("people.csv cannot be read.")) from error
    if len(rows) > MOST_PEOPLE or any(len(row) != len(PEOPLE) for row in rows):
        raise Refused(_("people.csv cannot be read."))
    return rows


def _insert_all(loaded: Loaded) -> None:
    _insert(Issue, loaded.issues)
    _insert(Comment, loaded.comments)
    _insert(Change, loaded.changes)
    _insert(Follower, loaded.followers)
    for key, found in loaded.queues.items():
        if number := sum(issue.queue.key == key for issue in loaded.issues):
            Queue.objects.filter(org=found.org_id, pk=found.pk).update(issue_count=F("issue_count") + number)


def _insert(model: Any, rows: list[Any]) -> None:
    try:
        with transaction.atomic():
            model.objects.bulk_create(rows, batch_size=ROWS)
    except IntegrityError as error:
        raise Refused(_("The archive holds something twice that there can be once only.")) from error


def _count(job: Job, **counts: int) -> None:
    for kind, number in counts.items():
        job.result[kind] = job.result.get(kind, 0) + number
