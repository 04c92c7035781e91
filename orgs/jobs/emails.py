"""The mail that a job is over, for whoever started it; only when it took so long that nobody watches it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.jobs import job_types
from orgs.jobs.models import Job, JobState
from orgs.mail import outbox, wording
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

WATCHED = dt.timedelta(minutes=1)


def tell(job: Job, *, now: dt.datetime) -> None:
    """Posts the mail in the transaction that ends the job."""
    if job.started_at is None or now - job.started_at <= WATCHED or job.state == JobState.CANCELLED:
        return
    actor = Membership.objects.current().filter(pk=job.actor_id).select_related("user").first()
    if actor is None:
        return
    org = Organization.objects.get(pk=job.org_id)
    with wording.spoken(org):
        letter = compose(org, job)
    outbox.post(org=org, key=f"job:{job.pk}:over", to=actor.user.email, letter=letter, now=now)


def compose(org: Organization, job: Job) -> outbox.Letter:
    runner = job_types.runner_for(job.kind)
    fact = str(runner.fact) if job.state == JobState.DONE else _("%(job)s failed")
    page = reverse("orgs:job", args=[org.slug, job.public_id])
    context = {
        "org": org,
        "job": job,
        "subject": fact % {"job": runner.title},
        "file_until": wording.instant(job.expires_at) if job.file and job.expires_at else "",
        "url": f"{settings.ORIGIN}{page}",
    }
    return outbox.render("mail/orgs/jobs/job_over", context)
