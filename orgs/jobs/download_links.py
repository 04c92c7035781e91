"""The short-lived link to a job's file, bound to the member who asked for it (design rule 4)."""

from __future__ import annotations

import datetime as dt

from django.core import signing

from orgs.jobs.models import Job
from orgs.tenancy.membership_models import Membership

LIFE = dt.timedelta(minutes=5)
signer = signing.Signer(salt="orgs.job_links")


class Expired(Exception):
    """The link was good once."""


def sign(job: Job, member: Membership, *, now: dt.datetime) -> str:
    until = now + LIFE
    return signer.sign_object([job.public_id, member.public_id, until.timestamp()])


def is_good(token: str, job: Job, member: Membership, *, now: dt.datetime) -> bool:
    """Whether the token leads this member to this job's file. Raises Expired for one that did."""
    try:
        job_id, member_id, until = signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    if (job_id, member_id) != (job.public_id, member.public_id):
        return False
    if now.timestamp() >= until:
        raise Expired
    return True
