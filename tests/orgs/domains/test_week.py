"""The seven days: only definite absence counts, and it is told on days 1, 4 and 7. Time is passed in."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from orgs.domains import domains
from orgs.domains import notices as domain_notices
from orgs.domains.models import Answer, Domain, DomainState
from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.scopes import company_scope
from tests.factories import make_administrator
from tests.orgs.domains.linked import DAY, acts, find_out, link, mails, names, reload, verify

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
ANSWERS = {"+": Answer.PRESENT, "-": Answer.NO_RECORD, "x": Answer.OTHER_VALUE, "?": Answer.UNKNOWN}


def days(domain: Domain, answers: str, *, since: dt.datetime) -> Domain:
    """A look-up a day, the first at `since`."""
    for number, letter in enumerate(answers):
        domain = find_out(domain, ANSWERS[letter], at=since + number * DAY)
    return domain


def told(domain: Domain) -> list[int]:
    """The days of the mails to one administrator."""
    return [int(mail.key.split(":")[3]) for mail in mails(domain.org)]


@pytest.fixture
def domain(owner: Membership, now: dt.datetime) -> Domain:
    """Verified yesterday, by a company with one administrator."""
    return verify(owner, now=now - DAY)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ("-------", "verified"),  # six days lie between the first and the last
        ("--------", "lost"),
        ("-x-x-x-x", "lost"),
        ("????????????", "verified"),
        ("-???????-", "verified"),
        ("---?----", "verified"),
        ("---?-----", "verified"),
        ("---?------", "lost"),
        ("-------+-------", "verified"),
        ("-------+--------", "lost"),
        ("-?-?-?-?-?-?-?-?-?-?", "verified"),  # never two definite answers in a row
    ],
)
def test_domain_is_lost_after_seven_days_of_definite_absence(
    domain: Domain, now: dt.datetime, answers: str, state: str
) -> None:
    assert days(domain, answers, since=now).state == state


def test_control_if_silence_counted_a_domain_would_be_lost_for_it(
    domain: Domain, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "ABSENT", (*domains.ABSENT, Answer.UNKNOWN))
    assert days(domain, "-???????-", since=now).state == DomainState.LOST


@pytest.mark.parametrize(("short_by", "state"), [(dt.timedelta(microseconds=1), "verified"), (0 * HOUR, "lost")])
def test_seven_days_are_seven_times_24_hours(
    domain: Domain, now: dt.datetime, short_by: dt.timedelta, state: str
) -> None:
    days(domain, "-------", since=now)
    assert find_out(domain, Answer.NO_RECORD, at=now + 7 * DAY - short_by).state == state


def test_silence_of_our_own_counts_two_days_at_most(domain: Domain, now: dt.datetime) -> None:
    """Workers that were down for a month know nothing about the time between."""
    find_out(domain, Answer.NO_RECORD, at=now)
    domain = find_out(domain, Answer.NO_RECORD, at=now + 30 * DAY)
    assert (domain.state, domain.missing_for) == (DomainState.VERIFIED, 2 * DAY)
    assert domain.lost_deadline == now + 35 * DAY


def test_many_look_ups_count_no_more_time_than_passes(domain: Domain, now: dt.datetime) -> None:
    for hour in range(7 * 24):
        domain = find_out(domain, Answer.NO_RECORD, at=now + hour * HOUR)
    assert domain.state == DomainState.VERIFIED
    assert find_out(domain, Answer.NO_RECORD, at=now + 7 * DAY).state == DomainState.LOST


def test_found_again_the_days_begin_anew(domain: Domain, now: dt.datetime) -> None:
    domain = days(domain, "-----+", since=now)
    assert (domain.missing_since, domain.missing_for, domain.lost_deadline) == (None, 0 * DAY, None)


def test_mails_go_out_on_days_1_4_and_7(domain: Domain, now: dt.datetime) -> None:
    seen = []
    for number in range(10):
        find_out(domain, Answer.NO_RECORD, at=now + number * DAY)
        seen.append(told(domain))
    assert [len(after) for after in seen] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert seen[-1] == [1, 4, 7]
    assert all(before == after[: len(before)] for before, after in pairwise(seen))


def test_second_absence_is_told_again(domain: Domain, now: dt.datetime) -> None:
    days(domain, "--+--", since=now)
    assert told(domain) == [1, 1]


def test_every_administrator_is_told_and_no_employee(
    domain: Domain, now: dt.datetime, member: Membership, admin: Membership
) -> None:
    days(domain, "--", since=now)
    owner = domain.org.memberships.get(role=Role.OWNER)
    assert {mail.to for mail in mails(domain.org)} == {owner.user.email, admin.user.email}
    make_administrator(domain.org)
    days(domain, "--------", since=now + 2 * DAY)
    many = len(mails(domain.org))
    find_out(domain, Answer.NO_RECORD, at=now + 30 * DAY)
    assert len(mails(domain.org)) == many, "a lost domain is not told about again"


def test_what_the_mails_say(domain: Domain, now: dt.datetime) -> None:
    days(domain, "--------", since=now)
    first, _, last = (outbox.open_letter(mail) for mail in mails(domain.org))
    assert first.subject == "acme.example is lost in 6 days: record missing"
    assert last.subject == "acme.example is no longer verified"
    for letter in (first, last):
        for text in (letter.text, letter.html):
            assert domain.challenge in text
            assert domain.host in text
            assert f"/o/{domain.org.slug}/company/domains/{domain.public_id}/" in text
            assert "Europe/Berlin" in text
            assert "Existing accounts stay" in text
        assert len(letter.subject) <= 60


def test_lost_domain_is_not_primary_and_another_one_is(domain: Domain, owner: Membership, now: dt.datetime) -> None:
    verify(owner, "acme.org", now=now)
    assert reload(domain).is_primary
    days(domain, "--------", since=now)
    assert names(owner.org, is_primary=True) == ["acme.org"]
    assert acts(owner.org)[-2:] == ["domain.lose", "domain.set_primary"]


def test_lost_domain_is_verified_again_by_its_record(domain: Domain, now: dt.datetime) -> None:
    domain = days(domain, "--------+", since=now)
    assert (domain.state, domain.verified_at, domain.lost_at) == (DomainState.VERIFIED, now + 8 * DAY, None)
    assert (domain.is_primary, domain.missing_since) == (True, None)
    assert days(domain, "-------", since=now + 9 * DAY).state == DomainState.VERIFIED


def test_lost_domain_can_go_to_another_company(domain: Domain, outsider: Membership, now: dt.datetime) -> None:
    foreign = find_out(link(outsider, now=now), Answer.PRESENT, at=now)
    assert foreign.answer == Answer.TAKEN
    days(domain, "--------", since=now)
    assert find_out(foreign, Answer.PRESENT, at=now + 9 * DAY).is_verified
    assert find_out(domain, Answer.PRESENT, at=now + 10 * DAY).answer == Answer.TAKEN


def test_unverified_domain_has_no_clock(owner: Membership, now: dt.datetime) -> None:
    domain = days(link(owner, now=now - DAY), "--------------", since=now)
    assert (domain.state, domain.missing_since, mails(domain.org)) == (DomainState.UNVERIFIED, None, [])


# --- a mail that waits says what is true when it is sent ------------------------------------------------------
def deliver(mail: Mail) -> bool:
    return mail_sender.deliver(mail)


def test_waiting_mail_is_not_sent_when_the_record_is_back(
    domain: Domain, now: dt.datetime, mailoutbox: list[object]
) -> None:
    days(domain, "--", since=now)
    [mail] = mails(domain.org)
    find_out(domain, Answer.PRESENT, at=now + 2 * DAY)
    assert not deliver(mail)
    assert (mails(domain.org), mailoutbox) == ([], [])


def test_waiting_mail_of_an_earlier_day_gives_way_to_the_later_one(domain: Domain, now: dt.datetime) -> None:
    days(domain, "-----", since=now)
    first, second = mails(domain.org)
    assert not deliver(first)
    assert deliver(second)


@pytest.mark.parametrize("change", ["removed domain", "former administrator"])
def test_waiting_mail_is_not_sent_about_what_is_gone(
    domain: Domain, owner: Membership, now: dt.datetime, change: str
) -> None:
    days(domain, "--", since=now)
    [mail] = mails(domain.org)
    if change == "removed domain":
        domains.remove(domain=domain, actor=owner, now=now)
    else:
        Membership.objects.filter(pk=owner.pk).update(role=Role.EMPLOYEE)
    assert not deliver(mail)
    assert mails(domain.org) == []


def test_mail_that_is_true_is_sent_and_says_the_days_that_are_left(
    domain: Domain, now: dt.datetime, mailoutbox: list[object]
) -> None:
    days(domain, "--", since=now)
    [mail] = mails(domain.org)
    assert domain_notices.refresh(mail, now=now + 2.5 * DAY)
    with company_scope(domain.org_id):
        assert Mail.objects.get(pk=mail.pk).subject == "acme.example is lost in 5 days: record missing"
    assert deliver(mail)
    assert len(mailoutbox) == 1
