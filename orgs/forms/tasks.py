"""The alarm clock of forms that act once."""

from celery import shared_task

from orgs.forms import idempotent_forms
from orgs.tenancy.clock import database_now


@shared_task(name="orgs.tasks.forget_sent_forms")
def forget_sent_forms() -> None:
    idempotent_forms.forget(database_now())
