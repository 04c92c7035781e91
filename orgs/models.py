"""The company's tables, one noun a file."""

from orgs.audit.models import AuditCheck, AuditEvent
from orgs.audit.nightly_models import NightlyCheck
from orgs.domains.models import Answer, Domain, DomainState
from orgs.forms.models import SentForm
from orgs.jobs.models import Job, JobPart, JobState
from orgs.lifecycle.models import Brake, Deletion, Notice, NoticeKind
from orgs.mail.mailing_models import AddressMailing, CompanyMailing
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation, InviteLink, JoinToken, Purpose
from orgs.people.models import Department, Team, TeamDepartment, TeamMember, TeamTeam
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, State, TrialRequest

__all__ = [
    "AddressMailing",
    "Answer",
    "AuditCheck",
    "AuditEvent",
    "Brake",
    "CompanyMailing",
    "Deletion",
    "Department",
    "Domain",
    "DomainState",
    "Invitation",
    "InviteLink",
    "Job",
    "JobPart",
    "JobState",
    "JoinToken",
    "Level",
    "Mail",
    "Membership",
    "NightlyCheck",
    "Notice",
    "NoticeKind",
    "Organization",
    "Purpose",
    "Role",
    "SentForm",
    "State",
    "Team",
    "TeamDepartment",
    "TeamMember",
    "TeamTeam",
    "TrialRequest",
]
