"""One page for every act on people, departments and teams: it asks, does one verb, says what was done, leads back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from access.pages import frame_page
from orgs.people.models import Department, Team
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest

Text = str | Promise


@dataclass(frozen=True)
class Act:
    """What the page says. `said`: what was done, or how to say it of the verb's result. `back`: where it ends.

    `section` and `above` (URL, label) name the place in the panel and in the breadcrumbs. `done`: another end.
    `hidden`: fields that carry a selection on; `left_out`: how many of it the act does not reach.
    """

    title: str
    button: str
    back: str
    section: str
    above: tuple[str, Text]
    said: str | Callable[[Any], str]
    text: str = ""
    is_danger: bool = False
    done: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    left_out: int = 0

    def warning(self, text: str) -> Act:
        """The act with a text of what it costs, and a button in the colour of danger."""
        return replace(self, text=text, is_danger=True)

    def meaning(self, hidden: Sequence[tuple[str, str]], left_out: int) -> Act:
        """The act for a selection: the fields that carry it on, and how many of it the act does not reach."""
        return replace(self, hidden=hidden, left_out=left_out)

    def explained(self, text: str) -> Act:
        return replace(self, text=text)

    def ending(self, done: str, said: str | Callable[[Any], str]) -> Act:
        """The act with another page at its end, for one whose page is gone with it."""
        return replace(self, done=done, said=said)


def act_on(
    found: Membership | Team | Department, page: str, section: str, *, title: str, button: str, said: str, **names: str
) -> Act:
    """An act on a person, a team or a department, which has this page; `%(name)s` stands for its name."""
    name = {"name": found.name, **names}
    return Act(title % name, button % name, back=page, section=section, above=(page, found.name), said=said % name)


def ask(request: CompanyRequest, act: Act, form: Form, do: Callable[..., Any]) -> HttpResponse:
    """Shows the form; a valid one is done by a verb: who, when and the form's data are its arguments. A refusal stands
    at its field.
    """
    if form.is_bound and form.is_valid():
        try:
            result = do(**actor_and_now(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, act.said if isinstance(act.said, str) else act.said(result))
            return redirect(act.done or act.back)
    context = {"act": act, "form": form} | frame_page.frame(request, act.section)
    return render(request, "access/pages/act.html", context, status=400 if form.errors else 200)


def posted(request: CompanyRequest) -> Any:
    """What a form is bound to: nothing before it was sent, though it may have no field at all."""
    return request.POST if request.method == "POST" else None


class ActorAndNow(TypedDict):
    """The arguments that every verb takes: who does it, and when (UTC)."""

    actor: Membership
    now: dt.datetime


def actor_and_now(request: CompanyRequest) -> ActorAndNow:
    return {"actor": request.membership, "now": request.now}
