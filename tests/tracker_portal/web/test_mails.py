"""Development's mail pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of

LIST = "/dev/mails/"


def post(number: int, now: dt.datetime, html: str = "", **columns: object) -> Mail:
    letter = outbox.Letter(f"Subject {number}", "Your code: <ABC-123>", html)
    with platform_scope():
        outbox.post(org=None, key=f"test:{number}", to="ada@lovelace.example", letter=letter, now=now)
        Mail.objects.filter(key=f"test:{number}").update(**columns) if columns else None
        return Mail.objects.get(key=f"test:{number}")


def test_list_without_mails_says_how_to_get_one(client: Client, db: None) -> None:
    assert "No mails yet Sign up" in main(client.get(LIST))


def test_list_shows_each_mails_state(client: Client, db: None, now: dt.datetime) -> None:
    post(1, now)
    post(2, now, sent_at=now, attempts=1)
    post(3, now, refused_at=now, attempts=3, last_error="550 no such user")
    page = main(client.get(LIST))
    assert "Refused 3 attempts 550 no such user" in page
    assert page.index("Subject 3") < page.index("Subject 2") < page.index("Subject 1")
    assert "Waiting" in page
    assert "Sent" in page


def test_page_shows_text_and_framed_html(client: Client, db: None, now: dt.datetime) -> None:
    mail = post(1, now, html="<p style='color:red'>Your code</p>")
    response = client.get(reverse("mail_page", args=[mail.pk]))
    assert "Your code: &lt;ABC-123&gt;" in main(response)
    html = response.content.decode()
    assert f'src="{reverse("mail_html", args=[mail.pk])}"' in html
    assert 'sandbox="allow-popups"' in html
    assert "color:red" not in html


def test_html_of_a_mail_may_style_itself_and_run_nothing(client: Client, db: None, now: dt.datetime) -> None:
    mail = post(1, now, html="<p style='color:red'>Your code</p>")
    response = client.get(reverse("mail_html", args=[mail.pk]))
    policy = response["Content-Security-Policy"]
    assert response.content.decode() == "<p style='color:red'>Your code</p>"
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["mail_page", "mail_html"])
def test_absent_mail_is_a_404(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name, args=[12345])).status_code == 404


def test_mail_whose_text_was_forgotten_says_so(client: Client, db: None, now: dt.datetime) -> None:
    mail = post(1, now, sealed=b"", sent_at=now)
    assert "The text was forgotten" in main(client.get(reverse("mail_page", args=[mail.pk])))


def test_list_needs_as_many_queries_for_many_mails(client: Client, db: None, now: dt.datetime) -> None:
    post(0, now)
    few = queries_of(client, LIST)
    for number in range(1, 60):
        post(number, now)
    assert queries_of(client, LIST) == few == 2


def test_development_links_to_the_mails(client: Client, db: None) -> None:
    assert LIST in client.get("/").content.decode()
