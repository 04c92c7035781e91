"""Who is told of a deadline, when, and that nothing is sent which is no longer true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from orgs.lifecycle import notices, sweep
from orgs.lifecycle import rules as lifecycle
from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import add_member, make_administrator, make_company
from tests.orgs.lifecycle.companies import DAY, due_company, fill, let_pass, mails, read_only
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db


def put(org: Organization, columns: dict[str, Any]) -> None:
    Organization.objects.filter(pk=org.pk).update(**columns)


def post(org: Organization, now: dt.datetime | None = None) -> int:
    return notices.post_due(org.pk, now=now or database_now())


def send(mail: Mail) -> bool:
    """What the drainer asks before it sends, and notes after it."""
    if not notices.refresh(mail, now=database_now()):
        return False
    with platform_scope():
        Mail.objects.filter(pk=mail.pk).update(sent_at=database_now())
        notices.note_accepted(mail, now=database_now())
    return True


def test_all_administrators_are_told_and_nobody_else() -> None:
    org = read_only(days_left=6)
    administrator, blocked, inactive = make_administrator(org), make_administrator(org), make_administrator(org)
    add_member(org)
    type(blocked).objects.filter(pk=blocked.pk).update(blocked_at=database_now())
    type(inactive.user).objects.filter(pk=inactive.user_id).update(is_active=False)
    post(org)
    told = {administrator.user.email, org.memberships.get(role=Role.OWNER).user.email}
    assert {mail.to for mail in mails(org, "notice:")} == told


def test_late_round_posts_only_the_most_urgent_notice() -> None:
    org = make_company(age_days=29)
    assert [post(org), post(org)] == [1, 0]
    [mail] = mails(org, "notice:")
    assert mail.subject == "Tracker becomes Read only in 1 day"


def test_after_beat_was_away_each_deadline_is_told_by_its_most_urgent_notice() -> None:
    """A trial that ends in six days, and a debt due in thirteen that ends the subscription after it."""
    org = make_company(age_days=24)
    debt_due_at = database_now() + 13 * DAY
    put(org, {"full_seats": 1, "debt_due_at": debt_due_at})
    assert sweep.due_for_notice(database_now()) == [org.pk]
    assert [post(org), post(org)] == [2, 0]
    told = ["Tracker: the free trial ends in 6 days", "Tracker becomes Read only in 13 days"]
    assert [mail.subject for mail in mails(org, "notice:")] == told
    for mail in mails(org, "notice:"):
        assert send(mail)
    assert sweep.due_for_notice(database_now()) == []


@pytest.mark.parametrize(
    "facts",
    [{"full_seats": 0}, {"full_seats": 1, "payer_ready": False, "free_seats": 0}, {"full_seats": 1, "early": True}],
)
def test_debt_that_ends_no_subscription_is_told_by_the_end_of_the_trial_alone(facts: dict[str, Any]) -> None:
    org = make_company(age_days=24)
    days = 5 if facts.pop("early", False) else 13
    put(org, {**facts, "debt_due_at": database_now() + days * DAY})
    assert post(org) == 1
    [mail] = mails(org, "notice:")
    assert mail.subject == "Tracker becomes Read only in 6 days"


def test_mail_that_waited_says_the_days_that_are_left() -> None:
    org = make_company(age_days=25)
    post(org)
    [mail] = mails(org, "notice:")
    assert mail.subject == "Tracker becomes Read only in 5 days"
    let_pass(org, DAY)
    assert send(mail)
    [sent] = mails(org, "notice:")
    assert (sent.subject, sent.message_id) == ("Tracker becomes Read only in 4 days", mail.message_id)
    assert "in 4 days" in outbox.open_letter(sent).text


def test_mail_that_waited_says_whether_it_still_becomes_read_only() -> None:
    org = make_company(age_days=25)
    post(org)
    put(org, {"full_seats": 1})
    [mail] = mails(org, "notice:")
    assert send(mail)
    assert mail.subject == "Tracker: the free trial ends in 5 days"


def subscribe(org: Organization) -> None:
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=database_now(), full_seats=1)


def hold(org: Organization) -> None:
    put(org, {"deletion_held_at": database_now()})


def demote(org: Organization) -> None:
    org.memberships.update(role=Role.EMPLOYEE)


def new_address(org: Organization) -> None:
    owner = org.memberships.get().user
    owner.email = "somebody.else@example.com"
    owner.save()


def reach_next_notice(org: Organization) -> None:
    let_pass(org, 6 * DAY)


def claim(org: Organization) -> None:
    with company_scope(org.pk):
        lifecycle.claim_deletion(Organization.objects.lock(org.pk), now=database_now())


@pytest.mark.parametrize("change", [subscribe, hold, demote, new_address, reach_next_notice, claim])
def test_mail_that_is_no_longer_true_is_not_sent(change: Any) -> None:
    org = read_only(days_left=6)
    post(org)
    [mail] = mails(org, "notice:")
    change(org)
    assert not send(mail)
    assert mails(org, "notice:") == []


def test_drainer_leaves_out_what_is_no_longer_true(smtp_sink: Sink) -> None:
    org, other = read_only(days_left=6), read_only(days_left=6, name="Other")
    post(org)
    post(other)
    subscribe(org)
    mail_sender.drain()
    assert [mail.to for mail in smtp_sink.accepted] == [other.memberships.get().user.email]
    assert (len(mails(org, "notice:")), len(mails(other, "notice:"))) == (0, 1)


def test_companies_whose_mail_is_refused_keep_nobody_else_from_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "AT_ONCE", 1)
    first, second = read_only(days_left=6), read_only(days_left=6, name="Other")
    assert sweep.due_for_notice(database_now()) == [first.pk]
    post(first)
    assert sweep.due_for_notice(database_now()) == [second.pk]


def test_control_mail_that_is_still_true_is_sent() -> None:
    org = read_only(days_left=6)
    post(org)
    [mail] = mails(org, "notice:")
    assert send(mail)


def test_notice_that_was_withdrawn_is_posted_again_when_it_is_true_again() -> None:
    org = read_only(days_left=6)
    post(org)
    hold(org)
    assert not send(mails(org, "notice:")[0])
    put(org, {"deletion_held_at": None})
    assert sweep.due_for_notice(database_now()) == [org.pk]
    assert post(org) == 0  # the notice stands, its mail is written again
    assert send(mails(org, "notice:")[0])
    assert sweep.due_for_notice(database_now()) == []


def test_debt_that_was_paid_is_not_announced() -> None:
    org = make_company(age_days=40)
    subscribe(org)
    with company_scope(org.pk):
        lifecycle.write_facts(
            Organization.objects.lock(org.pk), now=database_now(), debt_due_at=database_now() + 6 * DAY
        )
    assert post(org) == 1
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=database_now(), debt_due_at=None)
    assert not send(mails(org, "notice:")[0])


def test_mail_about_something_else_is_left_alone() -> None:
    org = due_company()
    fill(org, issues=1)
    [mail] = mails(org, "issue:")
    assert notices.refresh(mail, now=database_now())
    assert outbox.open_letter(mails(org, "issue:")[0]).text == "A secret"
