"""`Create user account`, and what the company may do with the accounts that it created."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from access.accounts.forms import CreateForm, EditForm, GivePasswordForm
from access.invitations import token_status
from access.members import accounts, passwords
from access.pages import frame_page
from orgs.forms import idempotent_forms
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads

Then = Callable[[CompanyRequest, Membership, CreateForm], HttpResponse]


@administrator_acts.get_and_post
@sensitive_post_parameters("password", "again")
def user_create(request: CompanyRequest, org: str) -> HttpResponse:
    """`Create user account`: needs a verified domain. The password is shown once more on the page that follows."""
    return _creating(request, _made_page)


@administrator_acts.post
@sensitive_post_parameters("password", "again")
def user_create_another(request: CompanyRequest, org: str) -> HttpResponse:
    """`Add and create another`: the same, and the form for the next person follows."""
    return _creating(request, _next_form)


@administrator_reads.post
@sensitive_post_parameters("password", "again")
def user_create_login(request: CompanyRequest, org: str) -> HttpResponse:
    """A free login was chosen: the form again with it."""
    if not (domains := token_status.verified_domains(request.org)):
        return _page(request, "access/accounts/user_create_no_domain.html", {})
    given = {"domains": domains, "org": request.org, "today": request.now.date()}
    return _form_page(request, CreateForm.choosing(request.POST, **given))


def _creating(request: CompanyRequest, then: Then) -> HttpResponse:
    """The form; once an account is made, the page that `then` draws with its password."""
    domains = token_status.verified_domains(request.org)
    if not domains:
        return _page(request, "access/accounts/user_create_no_domain.html", {})
    sent = request.POST if request.method == "POST" else None
    form = CreateForm(sent, domains=domains, org=request.org, today=request.now.date())
    if not form.is_valid():
        return _form_page(request, form)
    made: list[Membership] = []
    try:
        path = idempotent_forms.act(
            user=request.user, token=form.sent, now=request.now, verb=lambda: _create(request, form, made)
        )
    except Refused as refused:
        form.add_error(refused.field, str(refused))
        return _form_page(request, form)
    if not made:  # sent again: the account is there, and its password is not shown a second time
        return redirect(path)
    return then(request, made[0], form)


def _made_page(request: CompanyRequest, member: Membership, form: CreateForm) -> HttpResponse:
    return _page(
        request, "access/accounts/user_created.html", {"member": member, "password": form.cleaned_data["password"]}
    )


def _next_form(request: CompanyRequest, member: Membership, form: CreateForm) -> HttpResponse:
    """Login and password of the account that was made, above an empty form with the same domain and terms."""
    shown = {"member": member, "password": form.cleaned_data["password"]}
    return _page(request, "access/accounts/user_create.html", {"form": form.another(), **shown})


def _create(request: CompanyRequest, form: CreateForm, made: list[Membership]) -> str:
    member = accounts.create(
        org=request.org,
        account=form.account(),
        password=form.cleaned_data["password"],
        terms=form.terms(),
        actor=request.membership,
        now=request.now,
    )
    made.append(member)
    return reverse("access:user", args=[request.org.slug, member.public_id])


@administrator_acts.get_and_post
def user_edit(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """Name and birth date of an account that the company created."""
    person = _present(request, member)
    today = request.now.date()
    is_sent = request.method == "POST"
    form = EditForm(request.POST, today=today) if is_sent else EditForm.for_member(person, today=today)
    if form.is_valid():
        names = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "birth_date")}
        try:
            accounts.edit(member=person, actor=request.membership, now=request.now, **names)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("access:user", org=org, member=member)
    return _page(
        request, "access/accounts/user_edit.html", {"form": form, "member": person}, 400 if form.errors else 200
    )


@administrator_acts.get_and_post
@sensitive_post_parameters("password", "again")
def user_password(request: CompanyRequest, org: str, member: str) -> HttpResponse:
    """`Reset password`, for whom the asker may set one; for everybody else there is the link."""
    person = _present(request, member)
    if request.method != "POST" and not passwords.settable_by(request.membership).filter(pk=person.pk).exists():
        return redirect("access:user_password_link", org=org, member=member)
    form = GivePasswordForm(request.POST if request.method == "POST" else None, member=person)
    if form.is_valid():
        password = form.cleaned_data["password"]
        try:
            passwords.give(member=person, password=password, actor=request.membership, now=request.now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _page(
                request, "access/accounts/user_created.html", {"member": person, "password": password, "is_again": True}
            )
    return _page(
        request, "access/accounts/user_password.html", {"form": form, "member": person}, 400 if form.errors else 200
    )


def _present(request: CompanyRequest, public_id: str) -> Membership:
    """A present member of the company. Raises Http404."""
    people = Membership.objects.present().filter(org=request.org).select_related("user")
    person: Membership = get_object_or_404(people, public_id=public_id)
    return person


def _form_page(request: CompanyRequest, form: CreateForm) -> HttpResponse:
    context = {"form": form, "suggestions": []}
    if "login" in form.errors and form.is_bound:
        names = {name: form.data.get(name, "")[:60] for name in ("first_name", "last_name")}
        context["suggestions"] = accounts.suggestions(request.org, domain=form.data.get("domain", ""), **names)
    return _page(request, "access/accounts/user_create.html", context, 400 if form.errors else 200)


def _page(request: CompanyRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    context |= frame_page.frame(request, "users")
    return render(request, template, context, status=status)
