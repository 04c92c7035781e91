"""`My settings`: pages of a person, whatever company they are in. Email and password are allauth's own pages."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from orgs.lists.paging import paginate
from users.accounts.forms import ChoosePasswordForm, ProfileForm
from users.accounts.models import User
from users.accounts.request import UserRequest
from users.login import browsers, devices, sessions
from users.permissions import person

RETURN = "return_to"  # the session's key: the page of ours that asked for a second factor


@person.get_and_post
def profile(request: UserRequest) -> HttpResponse:
    """`Profile`: name, time zone; the theme is the browser's."""
    is_sent = request.method == "POST"
    form = ProfileForm(request.POST if is_sent else None, instance=User.objects.get(pk=request.user.pk))
    if not is_sent or not form.is_valid():
        return render(
            request, "tracker_portal/accounts/profile.html", {"form": form}, status=400 if form.errors else 200
        )
    form.save()
    messages.success(request, _("Saved."))
    return redirect("profile")


@person.get_and_post
@sensitive_post_parameters("new_password1", "new_password2")
def password_choose(request: UserRequest) -> HttpResponse:
    """The one page that a password from an administrator opens: choose an own one. After seven days not even that."""
    user = request.user
    if user.first_password_ends_at is None:
        return redirect(get_adapter().get_login_redirect_url(request))
    if timezone.now() >= user.first_password_ends_at:
        return render(request, "tracker_portal/accounts/first_password_ended.html", status=403)
    form = ChoosePasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request, "tracker_portal/accounts/password_choose.html", {"form": form}, status=400 if form.errors else 200
        )
    get_adapter().set_password(user, form.cleaned_data["new_password1"])
    update_session_auth_hash(request, user)
    messages.success(request, _("This password is yours now. Nobody else knows it."))
    return redirect(get_adapter().get_login_redirect_url(request))


@person.get
def security(request: HttpRequest) -> HttpResponse:
    """`Security`: authenticator app, passkeys, recovery codes. `?next` is the page to go back to afterwards."""
    if target := get_next_redirect_url(request):
        request.session[RETURN] = target
    return cast(HttpResponse, mfa.index(request))


@person.post
def security_return(request: HttpRequest) -> HttpResponse:
    """Back to the page that asked for a second factor."""
    return redirect(request.session.pop(RETURN, "mfa_index"))


@person.get
def session_list(request: UserRequest) -> HttpResponse:
    """`Sessions`: where the person is logged in, the latest first."""
    now = timezone.now()
    page = paginate(sessions.live(request.user.pk, now), request, keys=("-last_seen_at", "-id"))
    for row in page.rows:
        row.device, row.is_this = devices.name(row.user_agent), row.session_key == request.session.session_key
    has_others = sessions.live(request.user.pk, now).exclude(session_key=request.session.session_key).exists()
    return render(
        request, "tracker_portal/accounts/session_list.html", {"page": page, "has_others": has_others, "now": now}
    )


@person.post
def session_end(request: UserRequest) -> HttpResponse:
    """Ends one session of the person's. This one is ended by logging out."""
    number = request.POST.get("session", "")
    mine = sessions.live(request.user.pk, timezone.now()).exclude(session_key=request.session.session_key)
    ended: UserSession = get_object_or_404(mine, pk=number if number.isdecimal() and len(number) < 19 else 0)
    sessions.end(mine.filter(pk=ended.pk))
    messages.success(request, _("Logged out: %(device)s.") % {"device": devices.name(ended.user_agent)})
    return redirect("session_list")


@person.post
def session_end_others(request: UserRequest) -> HttpResponse:
    """Ends all sessions but this one, and what other browsers are known by."""
    number = sessions.end_everywhere_else(request)
    text = ngettext("Logged out of %(number)s other session.", "Logged out of %(number)s other sessions.", number)
    messages.success(request, text % {"number": number})
    response = redirect("session_list")
    browsers.remember(request, response, request.user)
    return response
