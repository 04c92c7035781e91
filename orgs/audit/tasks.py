"""The alarm clock of the audit trail's check."""

from celery import shared_task

from orgs.audit import checks as audit_checks
from orgs.tenancy.clock import database_now


@shared_task(name="orgs.tasks.verify_audit")
def verify_audit() -> None:
    """Follows the audit chains that were not looked at this night."""
    audit_checks.run_due(database_now())
    audit_checks.write_log()
