"""One issue: its page, and the forms that create and edit it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from issues.issue import writing
from issues.issue.errors import Conflict
from issues.issue.models import Issue
from issues.issue_page import conflicts, timeline
from issues.issue_page.forms import CommentForm, EditIssueForm, NewIssueForm, StatusForm
from issues.queues.models import Queue
from issues.text import markdown
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.database.statements import Columns, Given, Statement
from users.permissions import tracker_reads, tracker_writes

ISSUE, QUEUE = Columns(Issue, without=frozenset({"search"})), Columns(Queue, "queue__")
FIND = Statement(
    lambda: Issue.objects.filter(
        org_id=Given("org", models.BigIntegerField()), key=Given("key", models.CharField())
    ).values_list(*ISSUE.names, *QUEUE.names)
)


def issue_or_404(request: CompanyRequest, key: str) -> Issue:
    """The company's issue with this key, however it is spelled, with its queue. Raises Http404."""
    row = FIND.first(org=request.org.pk, key=key.upper())
    if row is None:
        raise Http404
    values = iter(row)
    found = ISSUE.take(values)
    found.queue = QUEUE.take(values)
    return found


def show(request: CompanyRequest, found: Issue, form: forms.Form | None = None) -> HttpResponse:
    """The issue's page; with a form that was refused, that form and status 400."""
    comment = form if isinstance(form, CommentForm) else None
    context = {
        "nav": "issues",
        "issue": found,
        "description": markdown.kept_or_rendered(found.description, found.description_html),
        "activity": timeline.activity_of(request, found),
        "comment_form": comment,
        "comment_token": comment["token"].value() if comment else uuid.uuid4(),
        "status_form": form if isinstance(form, StatusForm) else None,
        "form": form,
    }
    return render(request, "issues/issue_page/issue.html", context, status=400 if form else 200)


@tracker_reads.get
def issue(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """The issue with its fields and activity."""
    found = issue_or_404(request, key)
    if found.key != key:
        return redirect("issues:issue", org=org, key=found.key)
    return show(request, found, _refused_status(request, found))


def _refused_status(request: CompanyRequest, found: Issue) -> StatusForm | None:
    """The choice of a status that was refused a moment ago (`issue_status`), while it still would be."""
    form = StatusForm(request.GET, issue=found) if "status" in request.GET and request.may_write else None
    return form if form and form.errors else None


@tracker_writes.get_and_post
def issue_create(request: CompanyRequest, org: str) -> HttpResponse:
    """`Create issue`, in the queue that `?queue=` names or that one chooses."""
    if request.method == "POST":
        form = NewIssueForm(request.POST, org=request.org)
        if form.is_valid() and (made := _create(request, form)):
            return redirect("issues:issue", org=org, key=made.key)
    else:
        form = NewIssueForm(org=request.org, initial=_defaults(request))
    context = {"nav": "issues", "form": form}
    return render(request, "issues/issue_page/issue_create.html", context, status=400 if form.errors else 200)


def _create(request: CompanyRequest, form: NewIssueForm) -> Issue | None:
    queue, token = form.cleaned_data["queue"], form.cleaned_data["token"]
    try:
        return writing.create_issue(
            queue=queue, actor=request.membership, now=request.now, token=token, **form.values()
        )
    except Refused as refused:
        form.add_error(refused.field, str(refused))
        return None


def _defaults(request: CompanyRequest) -> dict[str, Any]:
    key = request.GET.get("queue", "").upper()[:15]
    queue = Queue.objects.of(request.org).filter(key=key).first() if key.isalpha() else None
    if queue is None:
        return {"type": "task", "priority": "normal"}
    return {"queue": queue.key, "type": queue.default_type, "priority": queue.default_priority}


@tracker_writes.get_and_post
def issue_edit(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """The issue's fields in a form. When somebody else changed them meanwhile: both values, and status 409."""
    found = issue_or_404(request, key)
    form = EditIssueForm(request.POST or None, org=request.org, assignee=found.assignee, initial=_initial(found))
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            writing.edit_issue(issue=found, version=version, actor=request.membership, now=request.now, **form.values())
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        except Conflict as conflict:
            return _show_conflict(request, form, conflict)
        else:
            return redirect("issues:issue", org=org, key=found.key)
    context = {"nav": "issues", "issue": found, "form": form}
    return render(request, "issues/issue_page/issue_edit.html", context, status=400 if form.errors else 200)


def _initial(found: Issue) -> dict[str, Any]:
    names = ("version", "summary", "description", "type", "priority", "assignee", "due_on", "tags")
    return {name: getattr(found, name) for name in names}


def _show_conflict(request: CompanyRequest, form: EditIssueForm, conflict: Conflict) -> HttpResponse:
    """The form with what the person wrote; saved again, it replaces what the other one wrote."""
    collision = conflicts.compare(conflict, form.values())
    form.data = {**request.POST.dict(), "version": str(conflict.issue.version)}
    people = get_text_list(collision.people, _("and"))
    form.add_error(None, _("%(people)s changed this issue after you opened it.") % {"people": people})
    context = {"nav": "issues", "issue": conflict.issue, "form": form, "collision": collision}
    return render(request, "issues/issue_page/issue_edit.html", context, status=409)
