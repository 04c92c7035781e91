"""Files that go with a mail: made when it is sent, never kept in the outbox."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from orgs.mail import encryption, mail_attachments, mail_sender, outbox
from orgs.mail.mail_attachments import Attachment
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.factories import make_company
from tests.orgs.mail.mails import assert_sent_once, drain_later, post_some, row
from tests.orgs.mail.sink import At, Deed, Sink

pytestmark = pytest.mark.django_db

REPORT = b"%PDF- of a company's report\n"


@pytest.fixture
def org() -> Organization:
    return make_company()


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> None:
    settings.MAIL_ENCLOSURES = {"report": f"{__name__}.report", "broken": f"{__name__}.broken"}


def report(org_id: int, pk: int) -> Attachment:
    return Attachment(f"report-{org_id}-{pk}.pdf", REPORT, "application/pdf")


def broken(org_id: int, pk: int) -> Attachment:
    raise RuntimeError("no paper")


def post(org: Organization, kind: str = "report") -> str:
    to = f"{kind}@example.com"
    letter = outbox.Letter("Report", "It is enclosed.", "<p>It is enclosed.</p>", mail_attachments.refer(kind, 7))
    with platform_scope():
        outbox.post(org=org, key=kind, to=to, letter=letter, now=timezone.now())
    return to


def test_file_goes_with_its_mail_beside_both_texts(smtp_sink: Sink, org: Organization) -> None:
    to = post(org)
    mail_sender.drain()
    assert_sent_once(smtp_sink, [to])
    message = smtp_sink.accepted[0].message
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (f"report-{org.pk}-7.pdf", "application/pdf")
    assert file.get_payload(decode=True) == REPORT
    assert smtp_sink.accepted[0].text.strip() == "It is enclosed."
    assert "<p>It is enclosed.</p>" in message.get_body(("html",)).get_content()


def test_outbox_keeps_a_reference_and_no_file(org: Organization) -> None:
    kept = json.loads(encryption.unseal(row(post(org)).sealed))
    assert kept == {"text": "It is enclosed.", "html": "<p>It is enclosed.</p>", "enclosed": "report:7"}


def test_mail_that_is_sent_again_has_its_file_again(smtp_sink: Sink, org: Organization) -> None:
    to = post(org)
    smtp_sink.fails(At.ANSWER, Deed.RESET)
    mail_sender.drain()
    smtp_sink.heal()
    drain_later()
    first, second = smtp_sink.accepted
    assert first.message_id == second.message_id == row(to).message_id
    assert [len(list(each.message.iter_attachments())) for each in (first, second)] == [1, 1]


def test_file_that_cannot_be_made_holds_up_its_own_mail_alone(
    smtp_sink: Sink, org: Organization, settings: Any
) -> None:
    stuck, others = post(org, "broken"), post_some(2)
    mail_sender.drain()
    assert_sent_once(smtp_sink, others)
    assert "RuntimeError: no paper" in row(stuck).last_error
    settings.MAIL_ENCLOSURES = {**settings.MAIL_ENCLOSURES, "broken": f"{__name__}.report"}
    drain_later()
    assert_sent_once(smtp_sink, [*others, stuck])


def test_mail_that_waited_since_before_there_were_enclosures_is_sent(smtp_sink: Sink, org: Organization) -> None:
    to = post(org)
    with platform_scope():
        Mail.objects.filter(to=to).update(sealed=encryption.seal(json.dumps({"text": "Old", "html": "<p>Old</p>"})))
    mail_sender.drain()
    assert_sent_once(smtp_sink, [to])
    assert list(smtp_sink.accepted[0].message.iter_attachments()) == []
