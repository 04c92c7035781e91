"""The alarm clock of sign-ups that nobody confirms."""

from celery import shared_task

from orgs.tenancy.clock import database_now
from users.accounts import unconfirmed


@shared_task(name="orgs.tasks.delete_unconfirmed")
def delete_unconfirmed() -> None:
    """Sign-ups that nobody has confirmed within three days, a batch a transaction."""
    while unconfirmed.delete_expired(database_now()):
        pass
