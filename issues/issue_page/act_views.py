"""What one does on an issue's page: move it, take it, comment, follow. Each act is one form."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from issues.following import following
from issues.issue import comments, transitions, writing
from issues.issue_page.forms import CommentForm, StatusForm
from issues.issue_page.views import issue_or_404, show
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import tracker_own, tracker_writes


@tracker_writes.post
def issue_status(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """Moves the issue along its workflow. What cannot be comes back on the issue's own page, which says why."""
    issue = issue_or_404(request, key)
    page = reverse("issues:issue", kwargs={"org": org, "key": issue.key})
    form = StatusForm(request.POST, issue=issue)
    again = f"{page}?{form.typed()}#fields"
    if not form.is_valid():
        return redirect(again)
    try:
        transitions.change_status(issue=issue, actor=request.membership, now=request.now, **form.cleaned_data)
    except Refused:  # somebody was faster: the page asks the workflow about the issue as it is now
        return redirect(again)
    return redirect(page)


@tracker_writes.post
def issue_assign_me(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Assign to me`."""
    issue = issue_or_404(request, key)
    writing.assign(issue=issue, assignee=request.membership, actor=request.membership, now=request.now)
    return redirect("issues:issue", org=org, key=issue.key)


@tracker_writes.post
def comment_add(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Comment`; leads to the new comment."""
    issue = issue_or_404(request, key)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, issue, form)
    comment = comments.add_comment(issue=issue, actor=request.membership, now=request.now, **form.cleaned_data)
    page = reverse("issues:issue", kwargs={"org": org, "key": issue.key})
    return redirect(f"{page}#comment-{comment.pk}")


@tracker_writes.post
def issue_subscribe(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Subscribe`: mail about every change from now on."""
    issue = issue_or_404(request, key)
    following.subscribe(issue=issue, actor=request.membership)
    return redirect("issues:issue", org=org, key=issue.key)


@tracker_own.post
def issue_unsubscribe(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """`Unsubscribe`: everybody may, with Read only access too."""
    issue = issue_or_404(request, key)
    following.unsubscribe(issue=issue, actor=request.membership)
    return redirect("issues:issue", org=org, key=issue.key)
