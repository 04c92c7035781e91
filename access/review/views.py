"""Changes of access: staged on the lists, looked at, saved as one act, undone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.bulk import bulk
from access.changes import save as grants
from access.changes import save_bar, staged_changes
from access.changes.save_bar import Bar
from access.changes.staged_changes import Staged
from access.grants.grantees import Key
from access.grants.models import KINDS, SavedAct
from access.pages import frame_page, page_counts
from access.pages.confirmation_views import actor_and_now
from access.people.selection import Selection
from access.people.views import above
from billing.seats import seat_summary
from orgs.forms import safe_next
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads

LINES = 100  # changes on a page of `Review changes`


@administrator_acts.post
def levels_stage(request: CompanyRequest, org: str) -> HttpResponse:
    """Stages levels: of the selectors that were sent, or of a selection of people. A script gets the bar.

    Without one it leads to `Review changes`, or to the page that the form names.
    """
    levels, seen = (_many(request), None) if "level" in request.POST else _one_by_one(request)
    try:
        staged = staged_changes.stage(
            org=request.org, levels=levels, seen=seen, author=request.membership, now=request.now
        )
    except Refused as refused:
        return render(request, "access/review/_save_bar_refused.html", {"text": str(refused)}, status=400)
    if request.headers.get("X-Requested-With") == "fetch":
        context = {"bar": _bar(request, staged), "left_out": left_out_text(staged.left_out) if staged.left_out else ""}
        return render(request, "access/review/_save_bar_answer.html", context | {"next": _page(request)})
    if staged.left_out:
        messages.warning(request, left_out_text(staged.left_out))
    return redirect(_page(request))


def _bar(request: CompanyRequest, staged: Staged) -> Bar | None:
    """The bar of what was staged just now; None when it led back to what is."""
    if not staged.draft.changes:
        return None
    month = seat_summary.month_of(request.org, request.now)
    return save_bar.bar_of_preview(request.org, staged.draft, staged.plan, month, now=request.now)


def _page(request: CompanyRequest) -> str:
    """The page that the form names, else `Review changes`."""
    return safe_next.next_path(request, reverse("access:levels", kwargs={"org": request.org.slug}))


def left_out_text(number: int) -> str:
    text = ngettext(
        "%(number)s person is left out: a team or a department decides.",
        "%(number)s people are left out: a team or a department decides.",
        number,
    )
    return text % {"number": number}


def _one_by_one(request: CompanyRequest) -> tuple[dict[Key, str], dict[Key, str]]:
    """The selectors of a list, fields named `kind:public id:level seen`: the levels chosen and those seen."""
    levels: dict[Key, str] = {}
    seen: dict[Key, str] = {}
    for name, value in request.POST.dict().items():
        kind, _sign, rest = name.partition(":")
        public_id, _sign, was = rest.partition(":")
        if kind in KINDS and public_id.isalnum() and {was, value} <= set(Level.values):
            levels[kind, public_id], seen[kind, public_id] = value, was
    return levels, seen


def _many(request: CompanyRequest) -> dict[Key, str]:
    """People who were ticked, or all that match the list's filters."""
    level = request.POST["level"]
    if level not in Level.values:
        return {}
    return bulk.levels(Selection.read(request.POST).people(request.org, now=request.now), level)


@administrator_reads.get
def levels(request: CompanyRequest, org: str) -> HttpResponse:
    """`Review changes`: every staged change, what it costs, and `Save changes`."""
    return _review(request)


def _review(request: CompanyRequest, error: Refused | None = None) -> HttpResponse:
    draft = save_bar.staged(request)
    counts = page_counts.counts(request, staged=draft)
    bar = save_bar.bar_of_draft(request.org, draft, counts.month, now=request.now)
    lines = Paginator(bar.plan.lines, LINES).get_page(request.GET.get("page")) if bar else ()
    context = {
        "lines": lines,
        "own": f"member:{request.membership.public_id}",
        "error": error,
        "others": staged_changes.met(bar.draft) if error and bar else (),
        "is_review": True,
    } | frame_page.around(request, "users", counts, bar)
    return render(request, "access/review/levels.html", context, status=409 if error else 200)


@administrator_acts.post
def levels_save(request: CompanyRequest, org: str) -> HttpResponse:
    """`Save changes`: one act, however often it is sent."""
    token, shown = _uuid(request.POST.get("token", "")), request.POST.get("shown", "")
    try:
        if token is None:
            raise Refused(_("Nothing is staged. The changes were saved or discarded in another tab."))
        act = grants.save(org=request.org, token=token, shown=shown, **actor_and_now(request))
    except Refused as refused:
        return _review(request, refused)
    page = safe_next.next_path(request, above(org)[0])
    return redirect(f"{page}{'&' if '?' in page else '?'}saved={act}")


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


@administrator_acts.post
def levels_discard(request: CompanyRequest, org: str) -> HttpResponse:
    """`Discard`: nothing is staged any more."""
    staged_changes.discard(org=request.org, author=request.membership)
    return redirect(safe_next.next_path(request, above(org)[0]))


@administrator_acts.post
def levels_settle(request: CompanyRequest, org: str) -> HttpResponse:
    """Answers a change that somebody else made meanwhile, or takes one change out."""
    mine = request.POST.get("mine") == "1"
    name = request.POST.get("name", "")
    if name.partition(":")[0] in KINDS:
        staged_changes.settle(org=request.org, name=name, mine=mine, author=request.membership, now=request.now)
    return redirect("access:levels", org=org)


@administrator_acts.post
def levels_undo(request: CompanyRequest, org: str, act: str) -> HttpResponse:
    """`Undo`: takes a saved act back as a whole."""
    saved = get_object_or_404(SavedAct, org=request.org, public_id=act)
    try:
        grants.undo(org=request.org, public_id=saved.public_id, actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Undone. Access is as it was before."))
    return redirect(above(org)[0])
