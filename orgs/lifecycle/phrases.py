"""Words that the lifecycle's mails share: subjects, amounts, ways back. In the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def becomes_read_only(days: int) -> str:
    text = ngettext("Tracker becomes Read only in %(days)s day", "Tracker becomes Read only in %(days)s days", days)
    return text % {"days": days}


def trial_has_begun() -> str:
    return _("Tracker: the free trial has begun")


def trial_ends(days: int) -> str:
    text = ngettext(
        "Tracker: the free trial ends in %(days)s day", "Tracker: the free trial ends in %(days)s days", days
    )
    return text % {"days": days}


def is_deleted(days: int) -> str:
    if not days:
        return _("All Tracker data is about to be deleted")
    text = ngettext("All Tracker data is deleted in %(days)s day", "All Tracker data is deleted in %(days)s days", days)
    return text % {"days": days}


def was_deleted() -> str:
    return _("All Tracker data was deleted")


def people(number: int) -> str:
    """How many have full access."""
    if not number:
        return _("Nobody yet")
    return ngettext("%(number)s person", "%(number)s people", number) % {"number": number}


def amounts(counts: dict[str, int]) -> str:
    """Issues, comments and queues (`tracker_content.counts`) in words."""
    issues, comments, queues = counts["issue"], counts["comment"], counts["queue"]
    return ", ".join(
        [
            ngettext("%(number)s issue", "%(number)s issues", issues) % {"number": issues},
            ngettext("%(number)s comment", "%(number)s comments", comments) % {"number": comments},
            ngettext("%(number)s queue", "%(number)s queues", queues) % {"number": queues},
        ]
    )


def way_back(missing: str, *, is_off: bool = False) -> str:
    """What to do, for each answer of `missing` in `orgs/lifecycle/rules.py`; empty when there is nothing to do."""
    steps = [_("Activate Tracker again.")] if is_off else []
    steps += {
        "nobody": [_("Give Full access to at least one person.")],
        "payer": [_("Enter the payment details.")],
        "debt": [_("Bring the balance to zero or more.")],
    }.get(missing, [])
    return " ".join(steps)
