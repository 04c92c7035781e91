"""The tasks of this app, where Celery looks for them. Their names are kept by the schedule and by queues."""

from orgs.audit.tasks import verify_audit
from orgs.companies.tasks import delete_unconfirmed
from orgs.domains.tasks import check_domain, check_domains
from orgs.forms.tasks import forget_sent_forms
from orgs.jobs.tasks import delete_job_files, run_jobs
from orgs.lifecycle.tasks import close_due, delete_due, move, post_company_notices, post_notices, purge, sweep
from orgs.mail.tasks import drain_outbox

__all__ = [
    "check_domain",
    "check_domains",
    "close_due",
    "delete_due",
    "delete_job_files",
    "delete_unconfirmed",
    "drain_outbox",
    "forget_sent_forms",
    "move",
    "post_company_notices",
    "post_notices",
    "purge",
    "run_jobs",
    "sweep",
    "verify_audit",
]
