"""The company's tables, one noun a file."""

from orgs.models.audit import AuditCheck, AuditEvent
from orgs.models.domain import Answer, Domain, DomainState
from orgs.models.job import Job, JobPart, JobState
from orgs.models.joining import Invitation, InviteLink, JoinToken, Purpose
from orgs.models.lifecycle import Brake, Deletion, Notice, NoticeKind
from orgs.models.mail import Mail
from orgs.models.mailing import AddressMailing, CompanyMailing
from orgs.models.membership import Level, Membership, Role
from orgs.models.nightly import NightlyCheck
from orgs.models.organization import Organization, State, TrialRequest
from orgs.models.people import Department, Team, TeamDepartment, TeamMember, TeamTeam
from orgs.models.sent_form import SentForm

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
