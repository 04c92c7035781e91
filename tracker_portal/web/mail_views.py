"""Development's mail page: every mail of the outbox, sent or waiting. It exists in development only."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from orgs.lists.paging import paginate
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from users.permissions import anyone

# A mail styles itself inline, which no page of ours may: its frame has a policy of its own, under which nothing runs.
MAIL_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'self'; sandbox allow-popups",
    "X-Frame-Options": "SAMEORIGIN",
}


@anyone.get
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails, newest first."""
    with platform_scope(read_only=True):
        page = paginate(Mail.objects.all(), request, keys=("-id",))
    return render(request, "tracker_portal/web/mail_list.html", {"page": page})


@anyone.get
def mail_page(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail as text and, in a sandboxed frame, as HTML."""
    mail = find_mail(mail_id)
    return render(request, "tracker_portal/web/mail_page.html", {"mail": mail, "letter": outbox.open_letter(mail)})


@anyone.get
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML of one mail, alone, for that frame."""
    return HttpResponse(outbox.open_letter(find_mail(mail_id)).html, headers=MAIL_HEADERS)


def find_mail(mail_id: int) -> Mail:
    """Any company's mail: this page is for developers. Raises Http404."""
    with platform_scope(read_only=True):
        mail: Mail | None = Mail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise Http404
    return mail
