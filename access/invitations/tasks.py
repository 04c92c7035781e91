"""The alarm clock of invitations."""

from celery import shared_task

from access.invitations import mail_limits, reminders
from orgs.tenancy.batch import Batch
from orgs.tenancy.clock import database_now


@shared_task(name="access.tasks.remind_invited")
def remind_invited() -> None:
    """Reminds of invitations that end soon; what earlier days' mails left behind is forgotten."""
    now = database_now()
    mail_limits.forget(now)
    reminders.withdraw_stale(now)
    turns = Batch("remind_invited")
    for invitation_id, org_id in reminders.due(now):
        with turns.turn(org_id):
            reminders.remind(invitation_id, org_id=org_id, now=now)
