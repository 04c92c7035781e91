"""What is posted where an empty form would only be told its mistakes."""

from __future__ import annotations

from typing import Any

from orgs.tenancy.membership_models import Membership
from tests.guards.world import OWN, World

PAYER = {
    "kind": "individual",
    "country": "DE",
    "language": "en",
    "individual_first_name": "Ada",
    "individual_last_name": "Lovelace",
    "individual_address": "12 St James’s Square",
    "individual_email": "ada@example.com",
}
TOKEN = "3f0c2f86-5d2e-4a5e-9d3c-0e4f5a6b7c8d"  # of a form that is posted once


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Route → fields of its form: the write has to be seen, or refused."""
    own = world.things[OWN]
    owner = world.org.memberships.get(role="owner")
    return {
        **of_the_company(),
        **of_invitations(own),
        **of_people(own),
        **of_departments(own),
        **of_teams(own, owner),
        **of_levels(own, owner),
        **of_money(),
        **of_tracker(owner),
    }


def of_the_company() -> dict[str, dict[str, Any]]:
    """The company, its domain and Tracker; and oneself."""
    return {
        "orgs:company_create": {"company_name": "Eastwind", "country": "DE"},
        "orgs:company_settings": {"name": "Northwind", "time_zone": "UTC"},
        "orgs:tracker_deactivate": {"understood": "on"},
        "orgs:domain_list": {"name": "northwind.example"},
        "appearance": {"theme": "dark"},
        "profile": {"first_name": "Ada", "last_name": "Lovelace"},
    }


def of_invitations(own: dict[str, Any]) -> dict[str, dict[str, Any]]:
    account = {"first_name": "A", "last_name": "B", "password": "a-long-enough-password"}
    return {
        "access:invite": {"addresses": "priya@example.net", "level": "read_only"},
        "access:invite_each": {"addresses": "priya@example.net", "level": "read_only"},
        "access:invitation_change": {"level": "full"},
        "access:link_change": {"level": "read_only"},
        "access:invitation_account": account,
        "access:invitation_domain": {**account, "login": "ada", "domain": own["domain_name"]},
    }


def of_people(own: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One person, and all that match."""
    return {
        "access:user_role": {"role": "administrator"},
        "access:user_department": {"department": own["department"]},
        "access:user_team": {"team": own["inner"]},
        "access:bulk_block": {"all": "1"},
        "access:bulk_remove": {"all": "1"},
        "access:bulk_department": {"all": "1", "to-department": own["department"]},
        "access:bulk_team": {"all": "1", "to-team": own["team"]},
        "access:user_export": {"columns": ["name"]},
    }


def of_departments(own: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "access:department_create": {"name": "Assembly", "parent": own["department"]},
        "access:department_rename": {"name": "Assembly"},
        "access:department_move": {"parent": own["root"]},
        "access:department_delete": {"into": own["root"]},
    }


def of_teams(own: dict[str, Any], owner: Membership) -> dict[str, dict[str, Any]]:
    return {
        "access:team_create": {"name": "Assembly"},
        "access:team_rename": {"name": "Assembly"},
        "access:team_people": {"person": owner.public_id},
        "access:team_inner": {"inner": own["inner"]},
        "access:team_department": {"department": own["department"]},
    }


def of_levels(own: dict[str, Any], owner: Membership) -> dict[str, dict[str, Any]]:
    """Who may write, and how many."""
    name = f"member:{owner.public_id}"
    return {
        "access:bulk_level": {"all": "1", "level": "full"},
        "access:bulk_cost": {"all": "1"},
        "access:levels_stage": {f"{name}:read_only": "full"},
        "access:levels_save": own["staged"],
        "access:levels_settle": {"name": name, "mine": "0"},
        "access:request_give": {"all": "1"},
        "access:request_decline": {"reason": "No seat is free."},
        "access:seat_cap": {"cap": "10"},
    }


def of_money() -> dict[str, dict[str, Any]]:
    return {
        "billing:top_up": {"amount": "own", "own_amount": "10", "method": "transfer", "token": TOKEN},
        "billing:payer": PAYER,
    }


def of_tracker(lead: Membership) -> dict[str, dict[str, Any]]:
    """Issues and queues."""
    issue = {"summary": "Shielded cables", "type": "task", "priority": "normal", "token": TOKEN, "version": 1}
    queue = {"name": "Assembly", "key": "NEW", "default_type": "task", "default_priority": "normal"}
    queue["lead"] = lead.user.email
    return {
        "issues:issue_create": {**issue, "queue": "OWN"},
        "issues:issue_edit": issue,
        "issues:issue_status": {"status": "inProgress"},
        "issues:comment_add": {"text": "They arrive on Thursday.", "token": TOKEN},
        "issues:queue_create": queue,
        "issues:queue_edit": {**queue, "version": 1},
    }
