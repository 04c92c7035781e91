"""The alarm clock of mails."""

from celery import shared_task

from orgs.mail import mail_sender


@shared_task(
    name="orgs.tasks.drain_outbox", soft_time_limit=mail_sender.INTERRUPTED_AFTER, time_limit=mail_sender.KILLED_AFTER
)
def drain_outbox() -> int:
    return mail_sender.drain()
