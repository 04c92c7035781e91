"""The first steps of a new company, for its administrators; each ticks itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from issues.queues.models import Queue
from orgs.people.joining_models import Invitation
from orgs.tenancy.organization_models import State
from orgs.tenancy.request import CompanyRequest


@dataclass(frozen=True)
class Step:
    """`url` and `action` are its button, while it is open; `primary`: it is the page's main one."""

    title: str
    text: str
    done: bool
    url: str
    action: str
    primary: bool = False


@dataclass(frozen=True)
class Steps:
    steps: list[Step]
    is_dismissed: bool = False

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The first one that is open."""
        return next((step for step in self.steps if not step.done), None)

    @property
    def are_done(self) -> bool:
        return self.done == len(self.steps)


def shown(request: CompanyRequest, state: State, *, people: int) -> Steps | None:
    """What the main page shows: always what Help asks for, else what is not dismissed, not done, and can be done."""
    is_dismissed = request.membership.first_steps_dismissed_at is not None
    is_asked = "first-steps" in request.GET
    if not is_asked and (is_dismissed or not (state == State.INACTIVE or request.may_write)):
        return None
    steps = Steps(
        [
            _activate(request, state),
            _add_people(request, people=people),
            _full_access(request),
            _payment_details(request),
            _first_queue(request),
        ],
        is_dismissed=is_dismissed,
    )
    return steps if is_asked or not steps.are_done else None


def _step(request: CompanyRequest, title: str, text: str, *, done: bool, page: str, action: str) -> Step:
    """Open steps have a button to the page where they are done; `page` is empty where they cannot be done now."""
    url = reverse(page, args=[request.org.slug]) if page and not done else ""
    return Step(title, text, done, url, action)


def _activate(request: CompanyRequest, state: State) -> Step:
    text = _("Free for 30 days, for everyone. No payment details.")
    done = state != State.INACTIVE
    return _step(
        request,
        _("Activate Tracker"),
        text,
        done=done,
        page="tracker_portal:tracker_settings",
        action=_("Open Tracker settings"),
    )


def _add_people(request: CompanyRequest, *, people: int) -> Step:
    """Done with the first colleague, or with the first invitation that is out."""
    text = _("Invite them, create accounts on your email domain, or import a CSV file.")
    done = people > 1 or Invitation.objects.open().filter(org=request.org).exists()
    return _step(request, _("Add people"), text, done=done, page="access:invite", action=_("Invite users"))


def _full_access(request: CompanyRequest) -> Step:
    text = _("After the trial everybody else can view everything, and change nothing.")
    done = request.org.full_seats > 0
    return _step(
        request, _("Choose who keeps Full access"), text, done=done, page="access:user_list", action=_("All users")
    )


def _payment_details(request: CompanyRequest) -> Step:
    org = request.org
    text = _("As an individual or legal entity. Up to %(free)s people with Full access are free without them.")
    done = org.payer_ready or 0 < org.full_seats <= org.free_seats
    return _step(
        request,
        _("Enter payment details"),
        text % {"free": org.free_seats},
        done=done,
        page="billing:payer",
        action=_("Payment details management"),
    )


def _first_queue(request: CompanyRequest) -> Step:
    text = _("A queue is where a team’s issues stand, and gives them their keys.")
    done = Queue.objects.of(request.org).exists()
    page = "issues:queue_create" if request.may_write else ""
    return _step(request, _("Create the first queue"), text, done=done, page=page, action=_("Create queue"))
