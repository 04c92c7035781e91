"""The first steps of a new company, for its administrators; each ticks itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from access.http import CompanyRequest
from issues.models import Queue
from orgs.models import State


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


def build(request: CompanyRequest, state: State) -> Steps | None:
    """The steps; None when all are done, or when the next one cannot be done in this state."""
    if state != State.INACTIVE and not request.may_write:
        return None
    has_queue = Queue.objects.of(request.org).exists()
    steps = Steps([_activate(request, state), _first_queue(request, state, has_queue=has_queue)])
    return None if steps.done == len(steps.steps) else steps


def _activate(request: CompanyRequest, state: State) -> Step:
    done = state != State.INACTIVE
    url = "" if done else reverse("orgs:tracker_settings", args=[request.org.slug])
    return Step(
        _("Activate Tracker"), _("Free for 30 days, for everyone. No payment details."), done, url, _("Activate")
    )


def _first_queue(request: CompanyRequest, state: State, *, has_queue: bool) -> Step:
    is_next = state != State.INACTIVE and not has_queue
    url = reverse("issues:queue_create", args=[request.org.slug]) if is_next else ""
    text = _("A queue is where a team’s issues stand, and gives them their keys.")
    return Step(_("Create the first queue"), text, has_queue, url, _("Create queue"))
