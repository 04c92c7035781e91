"""What one does on an issue's page: move it, take it, comment, follow. Each act is one form."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from issues.following import following
from issues.issue import comments, transitions, writing
from issues.issue_page.forms import CommentForm, StatusForm
from issues.issue_page.views import find, show
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import tracker_own, tracker_writes


@tracker_writes.post
def issue_status(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """Moves the issue along its workflow. What cannot be comes back on the issue's own page, which says why."""
    found = find(request, key)
    page = reverse("issues:issue", kwargs={"org": org, "key": found.key})
    form = StatusForm(request.POST, issue=found)
    again = f"{page}?{form.typed()}#fields"
    if not form.is_valid():
        return redirect(again)
    try:
        transitions.change_status(issue=found, actor=request.membership, now=request.now, **form.cleaned_data)
    except Refused:  # somebody was faster: the page asks the workflow about the issue as it is now
        return redirect(again)
    return redirect(page)


@tracker_writes.post
def issue_assign_me(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Assign to me`."""
    found = find(request, key)
    writing.assign(issue=found, assignee=request.membership, actor=request.membership, now=request.now)
    return redirect("issues:issue", org=org, key=found.key)


@tracker_writes.post
def comment_add(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Comment`; leads to the new comment."""
    found = find(request, key)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, found, form)
    comment = comments.add_comment(issue=found, actor=request.membership, now=request.now, **form.cleaned_data)
    page = reverse("issues:issue", kwargs={"org": org, "key": found.key})
    return redirect(f"{page}#comment-{comment.pk}")


@tracker_writes.post
def issue_subscribe(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Subscribe`: mail about every change from now on."""
    found = find(request, key)
    following.subscribe(issue=found, actor=request.membership)
    return redirect("issues:issue", org=org, key=found.key)


@tracker_own.post
def issue_unsubscribe(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Unsubscribe`: everybody may, with Read only access too."""
    found = find(request, key)
    following.unsubscribe(issue=found, actor=request.membership)
    return redirect("issues:issue", org=org, key=found.key)
