"""The job that creates accounts from a checked CSV file, a few in each transaction, and what comes after it.

Nobody gets a password from it: each person gets a mail with a link to choose one, or the administrator downloads
one-time passwords once. They are made at that moment and kept only as digests.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.accounts.csv_file import Checked, from_json, to_json
from access.members import accounts, members, passwords
from access.members.members import Terms
from orgs.audit import audit
from orgs.domains.models import Domain
from orgs.jobs import jobs
from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobPart, JobState
from orgs.mail import outbox, wording
from orgs.mail.models import Mail
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.ids import random_id
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from users.accounts.models import User

KIND = "people"
ROWS = "rows"
BATCH = 25  # accounts in one transaction


@transaction.atomic
def start(
    *, org: Organization, checked: Checked, level: Level, with_mail: bool, actor: Membership, key: str, now: dt.datetime
) -> Job:
    """Starts the import of the rows that are ready. Raises Refused.

    The caller is inside the company's scope.
    """
    if not checked.ready:
        raise Refused(_("No row of the file is ready."), field="file")
    parameters = {"level": level, "with_mail": with_mail}
    job, is_new = jobs.start(org=org, kind=KIND, actor=actor, key=key, now=now, **parameters)
    if is_new:
        rows = [to_json(account) | {"line": line} for line, account in checked.ready]
        JobPart.objects.create(org=org, job=job, name=ROWS, content=json.dumps(rows).encode())
        Job.objects.filter(pk=job.pk).update(total=len(rows))
        audit.record(
            Organization.objects.lock(org.pk),
            "people.import",
            actor=actor,
            now=now,
            target=job.public_id,
            data={"rows": len(rows)},
        )
    return job


class PeopleImport(Runner):
    """Creates the accounts in the order of the file. One that cannot be created is named, and holds up no other."""

    title = _("Import of people")
    template = "access/accounts/_people_imported.html"

    def lock(self, job: Job) -> None:
        """Accounts count in the company's limit."""
        Organization.objects.lock(job.org_id)

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        org = Organization.objects.get(pk=job.org_id)
        actor = Membership.objects.get(pk=job.actor_id)
        if not (actor.is_current and actor.is_administrator):
            raise Refused(_("Whoever started the import is no administrator any more. What was created stays."))
        rows = json.loads(bytes(JobPart.objects.get(org=org, job=job, name=ROWS).content))
        terms = Terms(job.parameters["level"], Department.objects.get(org=org, parent=None))
        domains = set(Domain.objects.filter(org=org).verified().values_list("name", flat=True))
        made: list[Membership] = []
        for row in rows[job.done : job.done + BATCH]:
            try:
                made.append(_create(org, row, domains, terms, actor=actor, now=now))
            except Refused as refused:
                job.result.setdefault("failed", []).append({**row, "reason": str(refused)})
        if job.parameters["with_mail"]:
            outbox.post_all([welcome(org, member, now=now) for member in made])
        job.result["created"] = job.result.get("created", 0) + len(made)
        job.result.setdefault("members", []).extend(member.pk for member in made)
        job.done = min(job.done + BATCH, len(rows))
        return job.done == len(rows)


def _create(
    org: Organization, row: dict[str, str], domains: set[str], terms: Terms, *, actor: Membership, now: dt.datetime
) -> Membership:
    account = from_json(row)
    if account.domain not in domains:
        raise Refused(_("The domain is no longer verified."))
    with transaction.atomic():
        members.require_room(org)
        return accounts.insert(org, account, password=None, terms=terms, actor=actor, now=now)


def welcome(org: Organization, member: Membership, *, now: dt.datetime) -> Mail:
    """The mail with the link to choose a password."""
    user = member.user
    with wording.spoken(org):
        context = {"org": org, "user": user, "url": passwords.choose_url(user)}
        letter = outbox.render("mail/access/accounts/account_created", context)
    return outbox.new_mail(org=org, key=f"account-created:{member.pk}", to=user.email, letter=letter, now=now)


@transaction.atomic
def make_passwords(*, job: Job, actor: Membership, now: dt.datetime) -> list[tuple[str, str]]:
    """(address, one-time password) of the accounts that an import created and nobody has taken over yet; once.

    Raises Refused the second time. The caller is inside the company's scope.
    """
    with administering(job.org_id, actor) as org:
        locked: Job = Job.objects.select_for_update().get(org=org, pk=job.pk)
        if locked.state != JobState.DONE or "passwords_at" in locked.result:
            raise Refused(_("The one-time passwords were downloaded before. Reset a single person’s on their page."))
        users = _without_password(locked.result.get("members", []), actor)
        made = [(user, random_id()) for user in users]
        for user, password in made:
            user.password, user.first_password_ends_at = digest(password), now + accounts.FIRST_PASSWORD
        User.objects.bulk_update(users, ["password", "first_password_ends_at"], batch_size=200)
        locked.result["passwords_at"] = now.isoformat()
        locked.save(update_fields=["result"])
        data = {"accounts": len(made)}
        audit.record(org, "people.passwords", actor=actor, now=now, target=job.public_id, data=data)
        return [(user.email, password) for user, password in made]


def _without_password(ids: list[int], actor: Membership) -> list[User]:
    """The accounts of these members that have no password yet and whose first one the actor may set. Locked."""
    members_here = Membership.objects.filter(org=actor.org_id, pk__in=ids)
    passwords.lock_users(list(members_here.values_list("user", flat=True)))
    people = passwords.settable_by(actor).filter(pk__in=ids).select_related("user")
    return [member.user for member in people if not member.user.has_usable_password()]


def digest(password: str) -> str:
    """78 random bits need no slow hash, and a thousand slow ones would take minutes; the first login makes it slow."""
    hasher: Any = get_hasher()
    fast = {"iterations": 1} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return str(hasher.encode(password, hasher.salt(), **fast))
