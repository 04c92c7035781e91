"""Linking, verifying, choosing and removing domains."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from orgs.audit import audit
from orgs.domains import domains
from orgs.domains.models import Answer, Domain, DomainState
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.domains.linked import DAY, acts, find_out, link, names, reload, verify

pytestmark = pytest.mark.django_db


def test_linked_domain_is_not_verified_and_has_a_challenge_of_its_own(
    admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    domain, second = link(admin, now=now), link(admin, "acme.org", now=now)
    foreign = link(outsider, now=now)
    assert (domain.state, domain.host) == (DomainState.UNVERIFIED, "_tracker-challenge.acme.example")
    assert len({domain.challenge, second.challenge, foreign.challenge}) == 3
    assert re.fullmatch(r"tracker-verification=[0-9a-f]{40}", domain.challenge), "160 bits"


def test_domain_linked_again_gets_another_challenge(admin: Membership, now: dt.datetime) -> None:
    first = link(admin, now=now)
    domains.remove(domain=first, actor=admin, now=now)
    assert link(admin, now=now).challenge != first.challenge


def test_domain_is_linked_once_however_it_is_written(admin: Membership, now: dt.datetime) -> None:
    link(admin, "Müller.de", now=now)
    with pytest.raises(Refused, match="linked already"):
        link(admin, "xn--mller-kva.de", now=now)


def test_found_record_verifies_and_the_first_one_is_primary(admin: Membership, now: dt.datetime) -> None:
    first, second = verify(admin, now=now), verify(admin, "acme.org", now=now + DAY)
    assert (first.state, first.verified_at, first.is_primary) == (DomainState.VERIFIED, now, True)
    assert (second.state, second.is_primary) == (DomainState.VERIFIED, False)


@pytest.mark.parametrize("answer", [Answer.NO_RECORD, Answer.OTHER_VALUE, Answer.UNKNOWN])
def test_any_other_answer_leaves_it_unverified_and_is_kept(admin: Membership, now: dt.datetime, answer: Answer) -> None:
    domain = find_out(link(admin, now=now), answer, at=now)
    assert (domain.state, domain.answer, domain.missing_since) == (DomainState.UNVERIFIED, answer, None)


def test_domain_that_another_company_has_verified_is_taken(
    admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    verify(outsider, now=now)
    domain = find_out(link(admin, now=now), Answer.PRESENT, at=now)
    assert (domain.state, domain.answer, domain.is_primary) == (DomainState.UNVERIFIED, Answer.TAKEN, False)
    assert acts(admin.org) == ["domain.add"]


def test_domain_given_up_by_its_company_can_be_verified_by_another(
    admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    domains.remove(domain=verify(outsider, now=now), actor=outsider, now=now)
    assert verify(admin, now=now).is_verified


def test_primary_moves_and_only_a_verified_domain_can_be_it(admin: Membership, now: dt.datetime) -> None:
    verify(admin, now=now)
    second, third = verify(admin, "acme.org", now=now), link(admin, "acme.net", now=now)
    domains.set_primary(domain=second, actor=admin, now=now)
    assert names(admin.org, is_primary=True) == ["acme.org"]
    with pytest.raises(Refused, match="verified"):
        domains.set_primary(domain=third, actor=admin, now=now)


def test_removed_primary_hands_on_to_the_domain_verified_first(admin: Membership, now: dt.datetime) -> None:
    primary = verify(admin, now=now)
    verify(admin, "late.example", now=now + 2 * DAY)
    verify(admin, "early.example", now=now + DAY)
    domains.remove(domain=primary, actor=admin, now=now + 3 * DAY)
    assert names(admin.org, is_primary=True) == ["early.example"]
    assert acts(admin.org)[-2:] == ["domain.remove", "domain.set_primary"]


def test_every_act_is_in_the_audit_trail(admin: Membership, now: dt.datetime) -> None:
    domain = link(admin, now=now)
    domains.ask_check(domain=domain, actor=admin, now=now)
    find_out(domain, Answer.PRESENT, at=now + DAY)
    domains.remove(domain=domain, actor=admin, now=now + DAY)
    assert acts(admin.org) == ["domain.add", "domain.check", "domain.verify", "domain.set_primary", "domain.remove"]
    with company_scope(admin.org_id):
        assert audit.broken_at(admin.org) is None


def test_look_up_that_is_under_way_is_not_asked_for_twice(admin: Membership, now: dt.datetime) -> None:
    domain = link(admin, now=now)
    assert domains.ask_check(domain=domain, actor=admin, now=now)
    assert not domains.ask_check(domain=domain, actor=admin, now=now + DAY)
    find_out(domain, Answer.NO_RECORD, at=now + DAY)
    just_after = now + DAY + domains.PAUSE - dt.timedelta(seconds=1)
    assert not domains.ask_check(domain=domain, actor=admin, now=just_after)
    assert domains.ask_check(domain=domain, actor=admin, now=now + DAY + domains.PAUSE)


def test_answer_of_an_older_look_up_changes_nothing(admin: Membership, now: dt.datetime) -> None:
    domain = verify(admin, now=now)
    late = domains.note(domain=domain, answer=Answer.NO_RECORD, asked_at=now - DAY, now=now + DAY)
    assert late is None
    assert reload(domain).answer == Answer.PRESENT


def test_look_up_that_began_before_it_was_asked_for_does_not_end_the_asking(
    admin: Membership, now: dt.datetime
) -> None:
    domain = verify(admin, now=now)
    domains.ask_check(domain=domain, actor=admin, now=now + DAY)
    domains.note(domain=domain, answer=Answer.PRESENT, asked_at=now + DAY / 2, now=now + 2 * DAY)
    assert reload(domain).checking_since == now + DAY


def test_answer_for_a_domain_that_is_gone_changes_nothing(admin: Membership, now: dt.datetime) -> None:
    domain = link(admin, now=now)
    domains.remove(domain=domain, actor=admin, now=now)
    assert domains.note(domain=domain, answer=Answer.PRESENT, asked_at=now, now=now) is None
    assert names(admin.org) == []


@pytest.mark.parametrize("act", ["add", "ask_check", "set_primary", "remove"])
def test_who_is_no_administrator_any_more_is_refused(admin: Membership, now: dt.datetime, act: str) -> None:
    domain = verify(admin, now=now)
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    what = {"name": "acme.org"} if act == "add" else {"domain": domain}
    with pytest.raises(Refused, match="Only administrators"):
        getattr(domains, act)(**what, actor=admin, now=now)


@pytest.mark.parametrize("act", ["ask_check", "set_primary", "remove"])
def test_domain_of_another_company_cannot_be_touched(
    admin: Membership, outsider: Membership, now: dt.datetime, act: str
) -> None:
    foreign = verify(outsider, now=now)
    with pytest.raises(Refused, match="not linked any more"):
        getattr(domains, act)(domain=foreign, actor=admin, now=now)
    assert names(outsider.org, is_primary=True, checking_since=None) == ["acme.example"]


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"is_primary": True}, "orgs_domain_primary_is_verified"),
        ({"state": DomainState.VERIFIED}, "orgs_domain_verified_has_instants"),
        ({"state": DomainState.LOST}, "orgs_domain_lost_has_instant"),
        ({"state": "proved"}, "orgs_domain_state"),
    ],
)
def test_table_refuses_what_cannot_be(
    admin: Membership, now: dt.datetime, facts: dict[str, object], constraint: str
) -> None:
    domain = link(admin, now=now)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), company_scope(admin.org_id):
        Domain.objects.filter(pk=domain.pk).update(**facts)


def test_company_links_a_bounded_number(
    admin: Membership, org: Organization, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "MOST", 2)
    link(admin, now=now)
    link(admin, "acme.org", now=now)
    with pytest.raises(Refused, match="2 domains"):
        link(admin, "acme.net", now=now)
    assert len(names(org)) == 2
