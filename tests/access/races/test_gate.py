"""Whoever waits to have a company's row alone is not passed by writes that come later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.access.races.writes import block, write
from tests.access.wall import urls
from tests.concurrency import in_thread, wait_for
from tests.locks import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("through_the_gate", [True, False], ids=["in turn", "control"])
def test_writes_that_come_later_do_not_pass_a_verb_that_waits(
    org: Organization,
    owner: Membership,
    member: Membership,
    colleague: Membership,
    through_the_gate: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise steady writing would keep an administrator waiting for ever."""
    if not through_the_gate:
        monkeypatch.setattr("access.wall.middleware.lock", share_without_gate)
    with ThreadPoolExecutor(3) as pool:
        slow = in_thread(pool, lambda: write(colleague, "slow"))
        assert urls.gate.reached.wait(10)
        verb = in_thread(pool, lambda: block(member, owner))
        wait_for(lambda: waiting() == 1)
        late = in_thread(pool, lambda: write(member))
        wait_for(lambda: waiting() == 2 if through_the_gate else late.done())
        assert not verb.done()
        urls.gate.opened.set()
        verb.result(10)
        assert late.result(10) == (403 if through_the_gate else 200)
        assert slow.result(10) == 200


def share_without_gate(org: Organization, member: Membership) -> tuple[Organization, Membership]:
    found = Organization.objects.raw("SELECT * FROM orgs_organization WHERE id = %s FOR SHARE", [org.pk])[0]
    return found, Membership.objects.lock_shared(member.pk)
