"""A list with a filter and a search, an issue with its comments, a form that creates one."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tests.bench.plain.models import ORDER, Issue, Queue

SIZE, CLOSED_RANK = 50, 10


class IssueForm(forms.ModelForm):
    class Meta:
        model = Issue
        fields = ("queue", "summary", "description", "type", "priority", "tags")


@login_required
def issue_list(request: HttpRequest) -> HttpResponse:
    """The unresolved issues, or those of an assignee, or of a search. `rank` and `before`: where a further page begins."""
    issues = Issue.objects.select_related("assignee").defer("search", "description").order_by(*ORDER)
    if assignee := request.GET.get("assignee"):
        issues = issues.filter(assignee=assignee)
    elif words := request.GET.get("q"):
        issues = issues.filter(search=SearchQuery(words, config="simple"))
    else:
        issues = issues.filter(status_rank__gt=CLOSED_RANK)
    if before := request.GET.get("before"):
        issues = issues.filter(status_rank=request.GET["rank"], updated_at__lt=dt.datetime.fromisoformat(before))
    return render(request, "plain/list.html", {"issues": issues[:SIZE], "q": request.GET.get("q", "")})


@login_required
def issue(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Issue.objects.select_related("queue", "author", "assignee").defer("search"), key=key)
    comments = found.comment_set.select_related("author").order_by("created_at")
    return render(request, "plain/issue.html", {"issue": found, "comments": comments})


@login_required
@transaction.atomic
def issue_create(request: HttpRequest) -> HttpResponse:
    form = IssueForm(request.POST or None)
    if form.is_valid():
        queue = Queue.objects.select_for_update().get(pk=form.instance.queue.pk)
        queue.last_number += 1
        queue.save()
        form.instance.author, form.instance.key = request.user, f"{queue.key}-{queue.last_number}"
        return redirect("issue", key=form.save().key)
    return render(request, "plain/form.html", {"form": form})
