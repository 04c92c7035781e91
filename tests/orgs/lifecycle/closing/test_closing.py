"""What becomes of a closed company's data, domains and jobs; nothing of another's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.domains import domains
from orgs.domains.models import Domain
from orgs.jobs import jobs
from orgs.jobs.models import Job, JobState
from orgs.lifecycle import closing, data_deletion
from orgs.lifecycle.models import Deletion
from orgs.mail.models import Mail
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.domains import linked
from tests.orgs.lifecycle.closing.acts import DAY, acts, close, present, purge
from tests.orgs.lifecycle.companies import events, fill, rows_left

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["trial", "active", "read_only", "deactivated"])
def test_data_goes_without_the_30_days_whatever_state_it_is_in(
    owner: Membership, member: Membership, now: dt.datetime, state: str
) -> None:
    org = owner.org
    counts = fill(org)
    ends = now + 9 * DAY
    facts: dict[str, Any] = {"state": state, "trial_ends_at": ends if state == "trial" else now - 9 * DAY}
    facts |= {"retention_ends_at": ends, "full_seats": 0} if state in ("read_only", "deactivated") else {}
    Organization.objects.filter(pk=org.pk).update(**facts)
    org = close(owner, now)
    assert (org.state, org.full_seats) == (State.DELETING, 0)
    purge()
    org.refresh_from_db()
    assert (org.state, rows_left(org)) == (State.DELETED, 0)
    with company_scope(org.pk):
        assert Deletion.objects.get().counts == counts


def test_company_without_data_is_closed_without_a_deletion(owner: Membership, now: dt.datetime) -> None:
    Organization.objects.filter(pk=owner.org_id).update(state=State.INACTIVE, trial_ends_at=None, activated_at=None)
    org = close(owner, now)
    assert org.state == State.INACTIVE
    assert data_deletion.unfinished() == []


def test_deletion_that_has_begun_goes_on(owner: Membership, now: dt.datetime) -> None:
    org = owner.org
    fill(org)
    Organization.objects.filter(pk=org.pk).update(state=State.DELETING)
    with company_scope(org.pk):
        Deletion.objects.create(org=org, due_at=now, claimed_at=now)
    close(owner, now)
    purge()
    org.refresh_from_db()
    assert (org.state, rows_left(org)) == (State.DELETED, 0)


def test_domain_is_free_for_another_company(
    owner: Membership, domain: Domain, outsider: Membership, now: dt.datetime
) -> None:
    org = close(owner, now)
    assert linked.names(org) == []
    assert linked.verify(outsider, "northwind.example", now=now).is_verified
    assert linked.acts(org)[-1] == "domain.remove"


def test_jobs_stop_and_their_files_go(owner: Membership, now: dt.datetime, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    org = owner.org
    name = default_storage.save("jobs/people.csv", ContentFile(b"Maya"))
    with company_scope(org.pk):
        common = {"org": org, "actor": owner, "created_at": now, "claimed_until": now - DAY}
        Job.objects.create(kind="people_import", parameters={"a": "Maya"}, result={"b": "Maya"}, **common)
        over = {"state": JobState.DONE, "finished_at": now - DAY, "file": name}
        Job.objects.create(kind="issue_list", **common, **over)
    close(owner, now)
    jobs.delete_expired_files(now=now)
    assert not default_storage.exists(name)
    with company_scope(org.pk):
        assert not Job.objects.unfinished().exists()
        assert "Maya" not in repr(list(Job.objects.values()))


def test_other_companies_feel_nothing(owner: Membership, outsider: Membership, now: dt.datetime) -> None:
    fill(outsider.org)
    linked.verify(outsider, "southwind.example", now=now)
    before = (present(outsider.org), rows_left(outsider.org), linked.names(outsider.org), events(outsider.org))
    close(owner, now)
    purge()
    assert (present(outsider.org), rows_left(outsider.org), linked.names(outsider.org), events(outsider.org)) == before


def test_audit_trail_tells_of_it_in_order(owner: Membership, member: Membership, now: dt.datetime) -> None:
    org = close(owner, now)
    purge()
    assert acts(org) == ["company.closing_ask", "company.close"]
    assert events(org).count("member.remove") == 2
    assert audit.broken_at(org) is None
    with company_scope(org.pk):
        assert AuditEvent.objects.get(action="company.close").data == {"people": 2, "domains": 0}
        assert Mail.objects.filter(org=org).exclude(key__regex="^(closing|deletion):").count() == 0


def test_domains_cannot_be_linked_to_a_closed_company(owner: Membership, now: dt.datetime) -> None:
    close(owner, now)
    with pytest.raises(Refused):
        domains.add(name="northwind.example", actor=owner, now=now)
    with pytest.raises(Refused):
        closing.keep(actor=owner, now=now)
    assert make_company("Northwind Robotics").slug != owner.org.slug
