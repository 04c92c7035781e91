"""Queues: their list, and the forms that create and edit one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from issues.queues import queues
from issues.queues.forms import EditQueueForm, NewQueueForm
from issues.queues.models import Queue
from orgs.lists.paging import paginate
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import tracker_reads, tracker_writes


def queue_or_404(request: CompanyRequest, key: str) -> Queue:
    """The company's queue with this key, however it is spelled. Raises Http404."""
    queue: Queue = get_object_or_404(Queue.objects.of(request.org).select_related("lead__user"), key=key.upper())
    return queue


def page_of(queue: Queue, org: str) -> str:
    """The URL of the list of a queue's issues."""
    query = QueryDict(mutable=True)
    query["queue"] = queue.key
    return f"{reverse('issues:issue_list', kwargs={'org': org})}?{query.urlencode()}"


@tracker_reads.get
def queue_list(request: CompanyRequest, org: str) -> HttpResponse:
    """All queues by name."""
    queues = Queue.objects.of(request.org).by_name().select_related("lead__user")
    context = {"nav": "queues", "page": paginate(queues, request, keys=("sort_name", "id"))}
    return render(request, "issues/queues/queue_list.html", context)


@tracker_reads.get
def queue(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """A queue's page is the list of its issues."""
    return redirect(page_of(queue_or_404(request, key), org))


@tracker_writes.get_and_post
def queue_create(request: CompanyRequest, org: str) -> HttpResponse:
    """`Create queue`; leads to its empty list."""
    form = NewQueueForm(request.POST or None, org=request.org, initial=_new_queue(request))
    if form.is_bound and form.is_valid():
        try:
            made = queues.create(org=request.org, actor=request.membership, now=request.now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return redirect(page_of(made, org))
    context = {"nav": "queues", "form": form}
    return render(request, "issues/queues/queue_create.html", context, status=400 if form.errors else 200)


def _new_queue(request: CompanyRequest) -> dict[str, object]:
    return {"lead": request.membership, "default_type": "task", "default_priority": "normal"}


@tracker_writes.get_and_post
def queue_edit(request: CompanyRequest, org: str, key: str) -> HttpResponse:
    """A queue's settings. Its key stays."""
    found = queue_or_404(request, key)
    names = ("name", "description", "lead", "default_type", "default_priority", "version")
    initial = {name: getattr(found, name) for name in names}
    form = EditQueueForm(request.POST or None, org=request.org, lead=found.lead, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            queues.edit(queue=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The settings of %(queue)s are saved.") % {"queue": form.cleaned_data["name"]})
            return redirect(page_of(found, org))
    context = {"nav": "queues", "form": form, "queue": found}
    return render(request, "issues/queues/queue_edit.html", context, status=400 if form.errors else 200)
