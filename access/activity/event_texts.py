"""What each event of the audit trail is called: its kind, its icon, and a sentence after the name of who did it.

`%(target)s` is whom or what it was done to; the other names are keys of the event's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PEOPLE, ACCESS, MONEY = "people", "access", "money"
SECURITY, LIFECYCLE, COMPANY = "security", "lifecycle", "company"
KINDS: Mapping[str, str | Promise] = {
    PEOPLE: _("People"),
    ACCESS: _("Access"),
    MONEY: _("Money"),
    SECURITY: _("Security"),
    LIFECYCLE: _("Lifecycle"),
    COMPANY: _("Company"),
}
# instead of the sentence of `access.lose`, when the trail knows what gave it
ENDED_THROUGH = _("ended the Full access of %(target)s that came through %(because)s")


class Phrase(NamedTuple):
    kind: str
    icon: str
    sentence: str | Promise


PHRASES: Mapping[str, Phrase] = {
    "member.join": Phrase(PEOPLE, "user-plus", _("joined")),
    "member.block": Phrase(PEOPLE, "ban", _("blocked %(target)s")),
    "member.unblock": Phrase(PEOPLE, "rotate-ccw", _("unblocked %(target)s")),
    "member.remove": Phrase(PEOPLE, "log-out", _("removed %(target)s")),
    "member.move": Phrase(PEOPLE, "network", _("moved %(target)s to the department %(to)s")),
    "account.create": Phrase(PEOPLE, "user-plus", _("created the account of %(target)s")),
    "account.edit": Phrase(PEOPLE, "pencil", _("edited the account of %(target)s")),
    "people.import": Phrase(PEOPLE, "upload", _("began to import %(rows)s accounts")),
    "invitation.send": Phrase(PEOPLE, "mail", _("invited %(target)s, %(level)s")),
    "invitation.change": Phrase(PEOPLE, "pencil", _("changed the invitation of %(target)s: %(from)s → %(to)s")),
    "invitation.revoke": Phrase(PEOPLE, "x", _("revoked the invitation of %(target)s")),
    "link.on": Phrase(PEOPLE, "link", _("switched the invite link on, %(level)s")),
    "link.off": Phrase(PEOPLE, "link", _("switched the invite link off")),
    "link.replace": Phrase(PEOPLE, "link", _("replaced the invite link")),
    "link.change": Phrase(PEOPLE, "link", _("changed the invite link, %(level)s")),
    "team.create": Phrase(PEOPLE, "layers", _("created the team %(target)s")),
    "team.rename": Phrase(PEOPLE, "layers", _("renamed the team %(target)s")),
    "team.delete": Phrase(PEOPLE, "layers", _("deleted the team %(target)s")),
    "team.lead": Phrase(PEOPLE, "layers", _("set the lead of the team %(target)s: %(lead)s")),
    "team.add": Phrase(PEOPLE, "layers", _("added %(target)s to the team %(team)s")),
    "team.take_out": Phrase(PEOPLE, "layers", _("took %(target)s out of the team %(team)s")),
    "department.create": Phrase(PEOPLE, "network", _("created the department %(target)s")),
    "department.rename": Phrase(PEOPLE, "network", _("renamed the department %(target)s")),
    "department.move": Phrase(PEOPLE, "network", _("moved the department %(target)s below %(to)s")),
    "department.delete": Phrase(PEOPLE, "network", _("deleted the department %(target)s; its people went to %(to)s")),
    "member.role": Phrase(ACCESS, "shield", _("changed the role of %(target)s: %(from)s → %(to)s")),
    "access.set": Phrase(ACCESS, "key-round", _("set the access of %(target)s to %(to)s")),
    "access.save": Phrase(
        ACCESS,
        "key-round",
        _(
            "saved changes of access: %(changes)s. People with Full access: %(seats_from)s → %(seats_to)s,"
            " monthly total: %(total_from)s → %(total_to)s"
        ),
    ),
    "access.undo": Phrase(
        ACCESS,
        "rotate-ccw",
        _(
            "took saved changes of access back: %(changes)s. People with Full access: %(seats_from)s → %(seats_to)s,"
            " monthly total: %(total_from)s → %(total_to)s"
        ),
    ),
    "access.gain": Phrase(ACCESS, "circle-check", _("let %(target)s write: Full access through %(because)s")),
    "access.lose": Phrase(ACCESS, "lock", _("ended the Full access of %(target)s")),
    "access.ask": Phrase(ACCESS, "key-round", _("asked for Full access")),
    "access.withdraw": Phrase(ACCESS, "x", _("withdrew the request for Full access")),
    "access.decline": Phrase(ACCESS, "x", _("declined the request of %(target)s for Full access")),
    "access.cap": Phrase(ACCESS, "users", _("changed the limit of seats: %(from)s → %(to)s")),
    "billing.payer": Phrase(MONEY, "wallet", _("saved the payment details, version %(version)s")),
    "billing.payer_erase": Phrase(MONEY, "wallet", _("erased the payment details, %(versions)s versions")),
    "billing.charge": Phrase(MONEY, "receipt", _("charged %(amount)s for %(month)s")),
    "top_up.begin": Phrase(MONEY, "wallet", _("began a top up of %(amount)s")),
    "top_up.credit": Phrase(MONEY, "wallet", _("received a top up of %(amount)s")),
    "top_up.fail": Phrase(MONEY, "wallet", _("could not take a top up of %(amount)s")),
    "top_up.expire": Phrase(MONEY, "wallet", _("let a top up of %(amount)s expire")),
    "top_up.review": Phrase(MONEY, "wallet", _("began to check a top up of %(amount)s")),
    "top_up.refund": Phrase(MONEY, "rotate-ccw", _("refunded %(amount)s of a top up to the card")),
    "top_up.dispute": Phrase(MONEY, "rotate-ccw", _("gave back %(amount)s of a top up that the cardholder disputes")),
    "top_up.return": Phrase(MONEY, "wallet", _("got %(amount)s back that had been taken from a top up")),
    "top_up.hold": Phrase(MONEY, "wallet", _("began to check %(amount)s that was taken from a top up")),
    "operator.adjust": Phrase(MONEY, "wallet", _("changed the balance by %(amount)s: %(reason)s")),
    "operator.reverse": Phrase(MONEY, "rotate-ccw", _("took an entry back, %(amount)s: %(reason)s")),
    "account.password": Phrase(SECURITY, "lock", _("gave %(target)s a new first password")),
    "account.password_link": Phrase(SECURITY, "mail", _("sent %(target)s a link to choose a password")),
    "people.passwords": Phrase(SECURITY, "lock", _("downloaded one-time passwords of %(accounts)s accounts")),
    "security.two_factor": Phrase(SECURITY, "shield-check", _("changed what is demanded at login: %(demanded)s")),
    "operator.second_step": Phrase(SECURITY, "shield", _("reset the second step of %(target)s: %(reason)s")),
    "people.export": Phrase(SECURITY, "download", _("exported a list of users")),
    "issues.export": Phrase(SECURITY, "download", _("exported a list of issues")),
    "tracker.export": Phrase(SECURITY, "download", _("began to export all data of Tracker")),
    "job.download": Phrase(SECURITY, "download", _("downloaded the file of a job")),
    "company.activity_export": Phrase(SECURITY, "download", _("exported the activity log")),
    "tracker.activate": Phrase(LIFECYCLE, "power", _("activated Tracker: %(from)s → %(to)s")),
    "tracker.deactivate": Phrase(LIFECYCLE, "power", _("deactivated Tracker")),
    "tracker.trial_end": Phrase(LIFECYCLE, "clock", _("ended the free trial: %(to)s")),
    "tracker.trial_extend": Phrase(LIFECYCLE, "clock", _("extended the free trial: %(reason)s")),
    "tracker.stop": Phrase(LIFECYCLE, "circle-pause", _("made Tracker Read only")),
    "tracker.resume": Phrase(LIFECYCLE, "circle-check", _("made Tracker active again")),
    "tracker.deletion_claim": Phrase(LIFECYCLE, "trash-2", _("began to delete the data of Tracker")),
    "tracker.company_close": Phrase(LIFECYCLE, "trash-2", _("began to delete the data of Tracker with the company")),
    "tracker.deletion_finish": Phrase(LIFECYCLE, "trash-2", _("deleted the data of Tracker")),
    "operator.account_limit": Phrase(
        LIFECYCLE, "users", _("changed the limit of accounts: %(from)s → %(to)s. %(reason)s")
    ),
    "operator.deletion_hold": Phrase(LIFECYCLE, "circle-pause", _("held the deletion: %(reason)s")),
    "operator.deletion_release": Phrase(LIFECYCLE, "circle-check", _("let the deletion go on: %(reason)s")),
    "demo.shift": Phrase(LIFECYCLE, "clock", _("let time pass in the demonstration: %(seconds)s s")),
    "tracker.import": Phrase(COMPANY, "upload", _("began to import %(issues)s issues")),
    "job.cancel": Phrase(COMPANY, "x", _("cancelled a job")),
    "company.found": Phrase(COMPANY, "building-2", _("founded the company")),
    "company.change_settings": Phrase(COMPANY, "settings", _("changed the company’s settings: %(changed)s")),
    "company.closing_ask": Phrase(COMPANY, "trash-2", _("asked to delete the company")),
    "company.closing_keep": Phrase(COMPANY, "rotate-ccw", _("kept the company")),
    "company.close": Phrase(COMPANY, "trash-2", _("closed the company: %(people)s people, %(domains)s domains")),
    "domain.add": Phrase(COMPANY, "globe", _("linked the domain %(domain)s")),
    "domain.check": Phrase(COMPANY, "globe", _("asked to verify the domain %(domain)s")),
    "domain.verify": Phrase(COMPANY, "globe", _("verified the domain %(domain)s")),
    "domain.set_primary": Phrase(COMPANY, "globe", _("made %(domain)s the primary domain")),
    "domain.miss": Phrase(COMPANY, "globe", _("found the record of the domain %(domain)s missing")),
    "domain.lose": Phrase(COMPANY, "globe", _("took the domain %(domain)s off the verified ones")),
    "domain.remove": Phrase(COMPANY, "globe", _("unlinked the domain %(domain)s")),
}


def phrase_for(action: str) -> Phrase:
    """The phrase of an event; one that is no longer in the product keeps its code, and is of no kind."""
    return PHRASES.get(action) or Phrase("", "activity", action)


def sentence(action: str, data: Mapping[str, Any]) -> str:
    """What is said of an event that holds this."""
    is_known = action == "access.lose" and "because" in data
    return str(ENDED_THROUGH if is_known else phrase_for(action).sentence)


def actions(kind: str) -> list[str]:
    """The events of one kind."""
    return [action for action, phrase in PHRASES.items() if phrase.kind == kind]
